@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata

class ProfilesKotlin(
    private val server: AuthorizationServerMetadata,
    private val clientId: String,
    private val key: SigningKey,
    private val http: HttpTransport,
) {
    // region uk
    fun unitedKingdom(): OpenIdClient =
        OpenIdClient(server, clientId) {
            fapi1Advanced()
            authentication = PrivateKeyJwt(key) // PS256; or TlsClientAuth
            transport = http // which presents the certificate of the directory
            transportPresentsCertificate()
            metadata { idTokenSignedResponseAlg("PS256") }
        }

    /** [intent] is the consent that the bank has made for a client credentials token. */
    suspend fun unitedKingdom(
        client: OpenIdClient,
        intent: String,
    ): AuthorizationRequest {
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid", "accounts")
                claims("""{"id_token": {"openbanking_intent_id": {"value": "$intent", "essential": true}}}""")
            }
        return client.sign(request, key)
    }
    // endregion

    // region brazil
    fun brazil(decrypting: DecryptionKey): OpenIdClient =
        OpenIdClient(server, clientId) {
            fapi1Advanced()
            authentication = PrivateKeyJwt(key)
            transport = http
            transportPresentsCertificate()
            decryption(decrypting) // ID Tokens are encrypted where they hold a person's CPF
            metadata { idTokenSignedResponseAlg("PS256").idTokenEncryptedResponseAlg("RSA-OAEP") }
        }

    suspend fun brazil(
        client: OpenIdClient,
        consent: String,
    ): AuthorizationRequest {
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid", "consent:$consent", "accounts")
                claims("""{"id_token": {"acr": {"essential": true, "value": "urn:brasil:openbanking:loa2"}}}""")
            }
        return client.push(client.sign(request, key))
    }
    // endregion

    // region australia
    fun australia(): OpenIdClient =
        OpenIdClient(server, clientId) {
            fapi1Advanced()
            useJwtResponseMode() // response_type=code, response_mode=jwt
            authentication = PrivateKeyJwt(key)
            transport = http
            transportPresentsCertificate()
            metadata { idTokenSignedResponseAlg("PS256").authorizationSignedResponseAlg("PS256") }
        }

    suspend fun australia(
        client: OpenIdClient,
        seconds: Long,
    ): AuthorizationRequest {
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid", "bank:accounts.basic:read")
                claims("""{"sharing_duration": $seconds}""")
            }
        return client.push(client.sign(request, key))
    }
    // endregion
}
