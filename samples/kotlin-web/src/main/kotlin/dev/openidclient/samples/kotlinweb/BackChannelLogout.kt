package dev.openidclient.samples.kotlinweb

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.logout.LogoutAnswer
import dev.openidclient.logout.LogoutRequest
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.ReplayCache
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.receiveChannel
import io.ktor.server.response.header
import io.ktor.server.response.respondText
import io.ktor.utils.io.readRemaining
import kotlinx.io.readString
import org.slf4j.LoggerFactory

/** The server tells that sessions have ended there: without a browser, so without cookie, session and form token. */
class BackChannelLogout(
    private val client: OpenIdClient,
    private val tokens: UserTokens,
    private val replays: ReplayCache,
) {
    private val logger = LoggerFactory.getLogger(BackChannelLogout::class.java)

    /** The token itself is what is trusted. Who it is about is not signed in any more, at no instance. */
    suspend fun answer(call: ApplicationCall) {
        val answer =
            try {
                val request = LogoutRequest.read(call.request.headers["content-type"], bodyOf(call))
                tokens.endSessions(client.verifyLogoutToken(request.logoutToken, replays))
                LogoutAnswer.accepted()
            } catch (e: OAuthException) {
                logger.info("a logout was refused: {}: {}", e.code, e.message)
                LogoutAnswer.refused(e)
            }
        for ((name, value) in answer.headers - "content-type") call.response.header(name, value)
        call.respondText(answer.body, ContentType.Application.Json, HttpStatusCode.fromValue(answer.status))
    }

    /** Anybody may post here: one that is longer is cut off, and so refused. */
    private suspend fun bodyOf(call: ApplicationCall): String =
        call.receiveChannel().readRemaining(MOST_BYTES + 1).readString()

    private companion object {
        const val MOST_BYTES = 64 * 1024L
    }
}
