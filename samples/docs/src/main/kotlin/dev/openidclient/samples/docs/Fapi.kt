package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse

/** Remembers what is pending. */
fun interface FapiSession {
    fun store(pending: String)
}

class FapiKotlin(
    private val issuer: String,
    private val clientId: String,
    private val key: SigningKey,
    private val session: FapiSession,
    private val redirect: (String) -> Unit,
) {
    suspend fun fapi2(): OpenIdClient {
        // region fapi2
        val client =
            OpenIdClient
                .discover(issuer, clientId) {
                    fapi2Security()
                    authentication = PrivateKeyJwt(key) // PS256, ES256 or Ed25519
                    metadata { idTokenSignedResponseAlg("PS256") } // as it is registered
                }.withDpop(Dpop(SigningKey.generate("ES256")))

        val request =
            client.push(client.authorizationRequest { redirectUri("https://rp.example.com/callback").scope("openid") })
        session.store(request.pending.encode())
        redirect(request.url)
        // endregion
        return client
    }

    suspend fun messageSigning(requestKey: SigningKey): AuthorizationRequest {
        // region signed
        val client =
            OpenIdClient
                .discover(issuer, clientId) {
                    fapi2MessageSigning()
                    authentication = PrivateKeyJwt(key)
                    metadata { idTokenSignedResponseAlg("PS256").authorizationSignedResponseAlg("PS256") }
                }.withDpop(Dpop(SigningKey.generate("ES256")))

        val request = client.authorizationRequest { redirectUri("https://rp.example.com/callback").scope("openid") }
        val signed = client.push(client.sign(request, requestKey))
        // endregion
        return signed
    }

    suspend fun fapi1(certificateAndKeyPem: String): AuthorizationRequest {
        // region fapi1
        val client =
            OpenIdClient.discover(issuer, clientId) {
                fapi1Advanced()
                authentication = PrivateKeyJwt(key)
                tls { pem(certificateAndKeyPem) } // the certificate, its authorities, its key
                metadata { idTokenSignedResponseAlg("PS256") }
            }
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid")
                responseMode("form_post") // a fragment, the default of `code id_token`, does not reach a web server
            }
        val signed = client.sign(request, key)
        // endregion
        return signed
    }

    suspend fun ciba(client: OpenIdClient): TokenResponse {
        // region ciba
        val waiting =
            client.backchannelAuthentication {
                scope("openid", "payments")
                loginHint("alice@example.com")
                bindingMessage("W4SCT")
                sign(key)
            }
        val tokens = client.backchannelAuthenticationGrant(waiting)
        // endregion
        return tokens
    }
}
