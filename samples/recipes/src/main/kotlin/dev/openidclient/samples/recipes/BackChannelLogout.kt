package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters
import dev.openidclient.logout.LogoutAnswer
import dev.openidclient.logout.LogoutRequest
import dev.openidclient.logout.verifyFrontChannelLogout
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.token.IdTokenClaims
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.ReplayCache

/** One for the program: it notes at each sign-in whose session it is. */
fun endableSessions(client: OpenIdClient): UserTokens = UserTokens(client) { backChannelLogout() }

/**
 * The server's `POST` to the `backchannel_logout_uri`: no more than 64 KiB of it are read. Of several instances all have
 * the same [replays].
 */
suspend fun serverLogout(
    client: OpenIdClient,
    users: UserTokens,
    replays: ReplayCache,
    contentType: String?,
    body: String,
): LogoutAnswer =
    try {
        val request = LogoutRequest.read(contentType, body)
        users.endSessions(client.verifyLogoutToken(request.logoutToken, replays) { requireTyped() })
        LogoutAnswer.accepted() // send its status, headers and body
    } catch (e: OAuthException) {
        LogoutAnswer.refused(e)
    }

/** The same through a frame of the browser, where its cookie comes along; throws where the logout is not of [session]. */
fun frameLogout(
    client: OpenIdClient,
    query: String,
    session: IdTokenClaims,
): Unit = client.verifyFrontChannelLogout(Parameters.parse(query), session)
