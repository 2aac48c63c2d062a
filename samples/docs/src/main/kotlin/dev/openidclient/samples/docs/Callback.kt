package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.authorization.randomNonce
import dev.openidclient.authorization.randomState
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import org.slf4j.LoggerFactory

/** What a web framework's session can do. */
interface WebSession {
    fun put(
        name: String,
        value: String,
    )

    /** Removes and returns it. */
    fun take(name: String): String?
}

class CallbackKotlin(
    private val client: OpenIdClient,
) {
    private val log = LoggerFactory.getLogger(CallbackKotlin::class.java)

    fun store(
        session: WebSession,
        request: AuthorizationRequest,
    ) {
        // region store
        // GET /login: each tab may begin a sign-in, so the name is of this one
        session.put("sign-in:${request.pending.state}", request.pending.encode())
        // endregion
    }

    suspend fun take(
        session: WebSession,
        callbackUrl: String,
        state: String?,
    ): TokenResponse? {
        // region take
        // GET /callback?code=…&state=…: removed first, whatever comes of it
        val pending = session.take("sign-in:$state") ?: return null // nobody began it here: offer to sign in
        val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
        // endregion
        return tokens
    }

    // region explain

    /** What the person reads; null: signed in. The log has the rest, and no secret. */
    suspend fun finish(
        callbackUrl: String,
        pending: PendingAuthorization,
        signIn: (TokenResponse) -> Unit,
    ): String? =
        try {
            signIn(client.authorizationCodeGrant(callbackUrl, pending))
            null
        } catch (e: OAuthException) {
            log.info("sign-in failed, {}: {}", e.code, e.message)
            when {
                e is AuthorizationResponseException && e.error == "access_denied" -> "You did not allow it."
                e is AuthorizationResponseException && e.error in NOT_SILENT -> "Please sign in."
                e is ValidationException -> "This sign-in cannot be trusted. Please begin again."
                e is TransportException -> "The sign-in service does not answer. Please begin again later."
                else -> "The sign-in did not succeed. Please begin again."
            }
        }
    // endregion

    suspend fun formPost(
        url: String,
        body: String,
        contentType: String,
        pending: PendingAuthorization,
    ): TokenResponse {
        // region form-post
        // POST /callback, for a request with responseMode("form_post")
        val tokens = client.authorizationCodeGrant(AuthorizationCallback.formPost(url, body, contentType), pending)
        // endregion
        return tokens
    }

    suspend fun parsed(
        query: Map<String, String>,
        pending: PendingAuthorization,
    ): TokenResponse {
        // region parsed
        val callback = AuthorizationCallback.parameters(Parameters.of(query)) // where the framework has no raw URL
        val tokens = client.authorizationCodeGrant(callback, pending)
        // endregion
        return tokens
    }

    suspend fun manual(redirect: (String) -> String): TokenResponse {
        // region manual
        val state = randomState()
        val nonce = randomNonce()
        val pkce = Pkce.generate()
        val url =
            client.authorizationUrl(
                Parameters.of(
                    "redirect_uri" to "https://rp.example.com/callback",
                    "scope" to "openid",
                    "state" to state,
                    "nonce" to nonce,
                    "code_challenge" to pkce.codeChallenge,
                    "code_challenge_method" to pkce.codeChallengeMethod,
                ),
            )
        val callbackUrl = redirect(url) // … and the browser is back

        val checks =
            AuthorizationCodeChecks {
                expectedState = state
                expectedNonce = nonce
                pkceCodeVerifier = pkce.codeVerifier
                idTokenExpected()
            }
        val tokens = client.authorizationCodeGrant(callbackUrl, checks)
        // endregion
        return tokens
    }

    private companion object {
        val NOT_SILENT =
            setOf("login_required", "interaction_required", "consent_required", "account_selection_required")
    }
}
