package dev.openidclient.samples.kotlinweb

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.uri
import io.ktor.server.response.respondRedirect

/** Sign-in, fresh tokens, sign-out: what an application of your own would copy. */
class SignIn(
    private val client: OpenIdClient,
    private val sessions: Sessions,
    private val url: String,
) {
    // region begin

    /** Sends the browser to the authorization server. */
    suspend fun begin(call: ApplicationCall) {
        val request =
            client.authorizationRequest {
                // PKCE, state and nonce are made inside
                redirectUri("$url/callback")
                scope("openid", "profile", "email", "orders:read")
            }
        // In the session, so that only the browser which began the sign-in can finish it (RFC 6749 §10.12).
        val session = sessions.find(call) ?: sessions.start(call)
        session.putPending(request.pending.state, request.pending.encode())
        call.respondRedirect(request.url)
    }
    // endregion

    // region finish

    /** The browser is back, with a code or with an error. */
    suspend fun finish(call: ApplicationCall) {
        val session = sessions.find(call) ?: throw RefusedException(Explanation.SIGN_IN_OVER)
        // By state, as each tab may have begun a sign-in. Removed before anything is looked at: whatever comes of it,
        // no callback is taken twice.
        val pending =
            call.request.queryParameters["state"]?.let(session::takePending)
                ?: throw RefusedException(Explanation.SIGN_IN_OVER)
        val tokens = client.authorizationCodeGrant(call.request.uri, PendingAuthorization.decode(pending))
        sessions.renew(call, session, tokens)
        // On to a URL without the code, which so stays neither in the history nor in a Referer.
        call.respondRedirect("/account")
    }
    // endregion

    /** The session of a person who is signed in. */
    fun signedIn(call: ApplicationCall): Session =
        sessions.find(call)?.takeIf { it.isSignedIn } ?: throw RefusedException(Explanation.NOT_SIGNED_IN)

    // region refresh

    /** Usable tokens of [session]: refreshed in time, once for all requests that come with it. */
    suspend fun freshTokens(session: Session): TokenResponse = sessions.tokens.source(session.id).token()

    /** Refreshes the tokens of the person who is signed in, as where an API has refused them. */
    suspend fun refresh(call: ApplicationCall) {
        val source = sessions.tokens.source(signedIn(call).id)
        source.invalidate(source.token())
        source.token()
        call.respondRedirect("/account")
    }
    // endregion

    /** Ends the session here, then sends the browser to end the one at the server too. */
    suspend fun end(call: ApplicationCall) {
        val tokens = sessions.tokens.load(signedIn(call).id)
        sessions.end(call)
        call.respondRedirect(
            client.endSessionUrl {
                tokens?.let(::idTokenHint)
                postLogoutRedirectUri("$url/")
            },
        )
    }
}
