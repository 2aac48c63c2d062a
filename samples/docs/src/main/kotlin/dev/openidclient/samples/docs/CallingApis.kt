@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import java.time.Duration

class CallingApisKotlin(
    private val client: OpenIdClient,
) {
    suspend fun order(tokens: TokenResponse): String {
        // region call
        val answer =
            client.resource("https://api.example.com/orders", tokens) {
                method = "POST"
                header("accept", "application/json")
                body = HttpBody.json("""{"item": 7}""")
            }
        check(answer.status == 201) { "the API answered ${answer.status}" } // 404, 500: an answer like any other
        val order = answer.bodyText()
        // endregion
        return order
    }

    // region challenge
    suspend fun orders(
        tokens: TokenResponse,
        store: (TokenResponse) -> Unit,
    ): HttpResponse =
        try {
            client.resource("https://api.example.com/orders", tokens)
        } catch (e: WwwAuthenticateChallengeException) {
            // only this is a reason to refresh, and only once
            if (e.error != "invalid_token" || tokens.refreshToken == null) throw e
            client.resource("https://api.example.com/orders", client.refreshTokenGrant(tokens).also(store))
        }
    // endregion

    // region step-up

    /** A sign-in that has what the API missed (`insufficient_scope`, `insufficient_user_authentication`). */
    fun signInFor(refusal: WwwAuthenticateChallengeException): AuthorizationRequest {
        val challenge = refusal.challenges.first { it.error != null }
        return client.authorizationRequest {
            redirectUri("https://rp.example.com/callback")
            scope("openid", challenge.scope.orEmpty())
            challenge.parameters["acr_values"]?.let { acrValues(it).requireAcr() }
            challenge.parameters["max_age"]?.toLongOrNull()?.let { maxAge(Duration.ofSeconds(it)) }
        }
    }
    // endregion

    suspend fun withDpop(key: SigningKey): HttpResponse {
        // region dpop
        val bound = client.withDpop(Dpop(key)) // once, beside the client; SigningKey.generate("ES256") makes a key
        val tokens = bound.clientCredentialsGrant { scope("orders:read") }
        check(tokens.isSenderConstrained) { "the server ignored DPoP" }
        val orders = bound.resource("https://api.example.com/orders", tokens)
        // endregion
        return orders
    }

    companion object {
        suspend fun withCertificate(pem: String): HttpResponse {
            // region mtls
            val client =
                OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
                    authentication = TlsClientAuth
                    tls { pem(pem) } // certificate, its chain, private key; or keyStore(keyStore, password)
                }
            val tokens = client.clientCredentialsGrant { scope("orders:read") }
            val orders = client.resource("https://api.example.com/orders", tokens) // over the same certificate
            // endregion
            return orders
        }
    }
}
