package dev.openidclient.samples.docs

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.userinfo.userInfo
import org.slf4j.Logger

/** The person's session in an application. */
interface StoredSession {
    fun store(pending: String)

    /** What was stored, which is removed. */
    fun take(): String
}

/** The Kotlin blocks of the README. `DocsSpec` compares the two. */
class ReadmeKotlin(
    private val session: StoredSession,
    private val log: Logger,
    private val redirect: (String) -> Unit,
) {
    suspend fun signIn(
        secret: String,
        callbackUrl: String,
    ) {
        // region sign-in
        val client =
            OpenIdClient.discover("https://as.example.com", clientId = "s6BhdRkqt3") {
                authentication = ClientSecretBasic(secret)
            }

        // GET /login
        val request =
            client.authorizationRequest {
                // PKCE, state and nonce are made inside
                redirectUri("https://rp.example.com/callback")
                scope("openid", "email")
            }
        session.store(request.pending.encode())
        redirect(request.url)

        // GET /callback
        val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(session.take()))
        val user = client.userInfo(tokens)
        log.info("signed in: {}", user.subject)
        // endregion
    }
}
