@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters
import dev.openidclient.logout.LogoutAnswer
import dev.openidclient.logout.LogoutRequest
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.logout.verifyEndSessionReturn
import dev.openidclient.logout.verifyFrontChannelLogout
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.revoke
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.ReplayCache
import org.slf4j.LoggerFactory

class LogoutKotlin(
    private val client: OpenIdClient,
) {
    private val log = LoggerFactory.getLogger(LogoutKotlin::class.java)

    fun url(tokens: TokenResponse): String {
        // region url
        // POST /logout: end your own session first, whatever comes afterwards
        val url =
            client.endSessionUrl {
                idTokenHint(tokens) // who signs out; with it most servers ask no question
                postLogoutRedirectUri("https://rp.example.com/signed-out") // exactly as it is registered
            }
        // redirect to url
        // endregion
        return url
    }

    // region whole

    /** Where to send the browser next. The own session is over by now. */
    suspend fun signOut(tokens: TokenResponse): String {
        try {
            if (client.server.revocationEndpoint != null) tokens.refreshToken?.let { client.revoke(it) }
        } catch (e: OAuthException) {
            log.info("the refresh token was not revoked, {}: {}", e.code, e.message) // the person leaves all the same
        }
        if (client.server.endSessionEndpoint == null) return "https://rp.example.com/signed-out"
        return client.endSessionUrl {
            idTokenHint(tokens)
            postLogoutRedirectUri("https://rp.example.com/signed-out")
        }
    }
    // endregion

    /** The frame of [query], in the browser that signed in with [tokens]. */
    fun frame(
        query: String,
        tokens: TokenResponse,
    ) {
        val session = checkNotNull(tokens.claims)
        // region frame
        client.verifyFrontChannelLogout(Parameters.parse(query), session) // throws: end nothing
        // then end the session of this browser
        // endregion
    }

    /** What [query] says is not looked at before. */
    fun comesBack(
        query: String,
        cookie: String,
    ) {
        // region return
        // GET /signed-out: only where the page does something
        client.verifyEndSessionReturn(Parameters.parse(query), cookie) // the state, from a cookie of this browser
        // endregion
    }
}

// region backchannel
class BackChannelLogout(
    private val client: OpenIdClient,
    private val users: UserTokens, // UserTokens(client) { backChannelLogout() }: notes whose session it is
    private val replays: ReplayCache, // InMemoryReplayCache(); of several instances one that they share
) {
    private val log = LoggerFactory.getLogger(BackChannelLogout::class.java)

    /** POST /backchannel-logout: it comes from the server, without a cookie, a session or a form token. */
    suspend fun answer(
        contentType: String?,
        body: String,
    ): LogoutAnswer =
        try {
            val token = client.verifyLogoutToken(LogoutRequest.read(contentType, body).logoutToken, replays)
            log.info("the server has ended {} sessions", users.endSessions(token))
            LogoutAnswer.accepted() // send its status, headers and body
        } catch (e: OAuthException) {
            log.warn("a logout was refused, {}: {}", e.code, e.message)
            LogoutAnswer.refused(e)
        }
}
// endregion
