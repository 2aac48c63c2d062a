package dev.openidclient.samples.docs

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.signin.PendingAuthorizations
import dev.openidclient.signin.SignIn
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore

/** The answer to a browser, as each web framework has it. */
interface Answer {
    fun addHeader(
        name: String,
        value: String,
    )

    fun redirect(url: String)
}

fun signInOf(
    client: OpenIdClient,
    ourStore: TokenStore,
    cipher: TokenCipher,
): SignIn {
    // region make
    val signIn =
        SignIn(client) {
            redirectUri = "https://rp.example.com/callback" // exactly as it is registered
            store(ourStore, cipher) // the same in all instances
        }
    // endregion
    return signIn
}

class SignInPages(
    private val signIn: SignIn,
    private val users: UserTokens,
    private val newSession: () -> String,
) {
    // region begin

    /** GET /login?return_to=/orders */
    suspend fun login(
        cookieHeader: String?,
        returnTo: String?,
        answer: Answer,
    ) {
        val begun = signIn.begin(cookieHeader, returnTo) { scope("openid", "email") }
        for (cookie in begun.cookies) answer.addHeader("Set-Cookie", cookie.headerValue())
        answer.redirect(begun.url)
    }
    // endregion

    // region complete

    /** GET /callback?code=…&state=… */
    suspend fun callback(
        url: String,
        cookieHeader: String?,
        answer: Answer,
    ) {
        val done = signIn.complete(url, cookieHeader)
        for (cookie in done.cookies) answer.addHeader("Set-Cookie", cookie.headerValue())
        users.put(newSession(), done.tokens) // under a new session id: who knew the old one is not signed in
        answer.redirect(done.returnTo ?: "/") // to a URL without the code
    }
    // endregion

    // region explain
    fun explain(failure: OAuthException): String =
        when {
            failure is ValidationException && failure.subject == ValidationSubject.PENDING_AUTHORIZATION ->
                "This sign-in was begun elsewhere, is over or took too long. Please begin again."
            failure is AuthorizationResponseException -> "You were not signed in. Please begin again."
            else -> "The sign-in did not succeed. Please begin again later."
        }
    // endregion
}

fun ofTenant(
    registry: ClientRegistry,
    issuer: String,
    tenant: String,
    ourStore: TokenStore,
    cipher: TokenCipher,
): SignIn {
    // region tenants
    val signIn =
        SignIn(registry.source(issuer)) {
            redirectUri = "https://rp.example.com/callback/$tenant" // one for each server
            store(ourStore, cipher)
        }
    // endregion
    return signIn
}

suspend fun byHand(
    client: OpenIdClient,
    ourStore: TokenStore,
    cipher: TokenCipher,
    sendCookie: (String) -> Unit,
    callback: suspend (url: String) -> Pair<String, String>,
): String {
    // region pending
    val pending = PendingAuthorizations(ourStore, cipher)

    // GET /login
    val request =
        client.authorizationRequest {
            redirectUri("https://rp.example.com/callback")
            scope("openid")
        }
    sendCookie(pending.begin(request)) // a random handle, for a cookie of your own

    // GET /callback
    val (callbackUrl, handle) = callback(request.url)
    val begun = pending.take(handle) ?: return "begin again" // once, over all instances
    val tokens = client.authorizationCodeGrant(callbackUrl, begun)
    // endregion
    return tokens.tokenType
}
