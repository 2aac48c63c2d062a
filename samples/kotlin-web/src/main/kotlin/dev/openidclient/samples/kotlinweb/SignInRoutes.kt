package dev.openidclient.samples.kotlinweb

import dev.openidclient.client.OpenIdClient
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.signin.SignIn
import dev.openidclient.signin.SignInCookie
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.uri
import io.ktor.server.response.header
import io.ktor.server.response.respondRedirect

/** Sign-in, fresh tokens, sign-out: what an application of your own would copy. */
class SignInRoutes(
    private val client: OpenIdClient,
    private val tokens: UserTokens,
    private val sessions: Sessions,
    private val url: String,
    shared: SharedState,
) {
    // region make
    private val signIn =
        SignIn(client) {
            redirectUri = "$url/callback" // exactly as it is registered
            store(shared.store, shared.cipher)
            if (url.startsWith("http:")) insecureCookies() // on this machine only
        }
    // endregion

    // region begin

    /** Sends the browser to the authorization server, with a cookie of this sign-in. */
    suspend fun begin(call: ApplicationCall) {
        val begun =
            signIn.begin(call.request.headers["Cookie"]) {
                // PKCE, state and nonce are made inside
                scope("openid", "profile", "email", "orders:read")
            }
        call.set(begun.cookies)
        call.respondRedirect(begun.url)
    }
    // endregion

    // region finish

    /** The browser is back, with a code or with an error: taken once, and from the browser that began. */
    suspend fun finish(call: ApplicationCall) {
        val done = signIn.complete(call.request.uri, call.request.headers["Cookie"])
        call.set(done.cookies)
        sessions.start(call, done.tokens)
        // On to a URL without the code, which so stays neither in the history nor in a Referer.
        call.respondRedirect("/account")
    }

    private fun ApplicationCall.set(cookies: List<SignInCookie>) {
        for (cookie in cookies) response.header("Set-Cookie", cookie.headerValue())
    }
    // endregion

    /** The session of a person who is signed in. */
    suspend fun signedIn(call: ApplicationCall): Session =
        sessions.find(call) ?: throw RefusedException(Explanation.NOT_SIGNED_IN)

    // region refresh

    /** Usable tokens of [session]: refreshed in time, once for all requests that come with it, at whatever instance. */
    suspend fun freshTokens(session: Session): TokenResponse = tokens.source(session.id).token()

    /** Refreshes the tokens of the person who is signed in, as where an API has refused them. */
    suspend fun refresh(call: ApplicationCall) {
        val source = tokens.source(signedIn(call).id)
        source.invalidate(source.token())
        source.token()
        call.respondRedirect("/account")
    }
    // endregion

    /** Ends the session here, then sends the browser to end the one at the server too. */
    suspend fun end(call: ApplicationCall) {
        val session = signedIn(call)
        sessions.end(call)
        call.respondRedirect(
            client.endSessionUrl {
                idTokenHint(session.tokens)
                postLogoutRedirectUri("$url/")
            },
        )
    }
}
