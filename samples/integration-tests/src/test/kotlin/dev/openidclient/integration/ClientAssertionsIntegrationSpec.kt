package dev.openidclient.integration

import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.spec.ECGenParameterSpec

/** `private_key_jwt` and `client_secret_jwt` (RFC 7523). */
@EnabledIf(OidcProviderAvailable::class)
class ClientAssertionsIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        for (algorithm in ClientKeys.signingAlgorithms()) {
            "a client authenticates by an assertion signed with ${algorithm.identifier}" {
                val client =
                    issuer.connect("private-key-jwt") {
                        authentication = PrivateKeyJwt(ClientKeys.signing(algorithm))
                    }
                client.signIn(OidcProvider.browser()).person shouldBe "alice"
            }
        }

        "a client authenticates by an assertion with an HMAC of its secret" {
            val registered = issuer.client("secret-jwt")
            val client = connect(issuer.url, registered) { authentication = ClientSecretJwt(registered.secret) }
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        "a wrong secret is refused" {
            val client = issuer.connect("secret-jwt") { authentication = ClientSecretJwt("wrong-secret") }
            shouldThrow<ResponseBodyException> { client.signIn(OidcProvider.browser()) }.error shouldBe "invalid_client"
        }

        "a key that is not registered is refused" {
            val client = issuer.connect("private-key-jwt") { authentication = PrivateKeyJwt(SigningKey.generate()) }
            shouldThrow<ResponseBodyException> { client.signIn(OidcProvider.browser()) }.error shouldBe "invalid_client"
        }

        "an assertion may be changed before it is signed" {
            var changed = false
            val toTokenEndpoint =
                ModifyAssertion {
                    it.claim("aud", "${issuer.url}/token")
                    changed = true
                }
            val key = ClientKeys.signing(JwsAlgorithm.ES256)
            val client = issuer.connect("private-key-jwt") { authentication = PrivateKeyJwt(key, toTokenEndpoint) }
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
            changed.shouldBeTrue()
        }

        "an assertion for another server is refused" {
            val elsewhere = ModifyAssertion { it.claim("aud", "https://another.example.com") }
            val key = ClientKeys.signing(JwsAlgorithm.ES256)
            val client = issuer.connect("private-key-jwt") { authentication = PrivateKeyJwt(key, elsewhere) }
            shouldThrow<ResponseBodyException> { client.signIn(OidcProvider.browser()) }.error shouldBe "invalid_client"
        }

        "the key may live elsewhere and answer in DER" {
            val pair = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }
            val key = RemoteKey(pair.generateKeyPair())
            val registered =
                issuer.register(
                    """
                    {
                      "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"],
                      "response_types": [], "redirect_uris": [], "jwks": {"keys": [${key.publicJwk.json}]}
                    }
                    """,
                )
            val client = connect(issuer.url, registered) { authentication = PrivateKeyJwt(key) }
            client.clientCredentialsGrant().tokenType shouldBe "bearer"
        }
    })

/** Stands in for a key management service: signing takes a while and answers DER. */
private class RemoteKey(
    private val pair: KeyPair,
) : SigningKey {
    override val algorithm: JwsAlgorithm = JwsAlgorithm.ES256
    override val keyId: String? = null
    override val publicJwk: Jwk = SigningKey.fromKeyPair(pair).publicJwk

    override suspend fun sign(bytes: ByteArray): ByteArray =
        withContext(Dispatchers.IO) {
            val signature = Signature.getInstance("SHA256withECDSA")
            signature.initSign(pair.private)
            signature.update(bytes)
            SigningKey.derToJws(signature.sign(), algorithm)
        }

    override fun toString(): String = "RemoteKey"
}
