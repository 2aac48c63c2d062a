package dev.openidclient.integration

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.OAuthException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** A signed ID Token inside a JWE, for every kind of key and all content encryptions. */
@EnabledIf(OidcProviderAvailable::class)
class EncryptedIdTokensIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        for ((id, key) in KEYS) {
            "the client $id opens its ID Token with the key ${key.first}" {
                val client =
                    issuer.connect(id) {
                        nonRepudiationChecks()
                        decryption(ClientKeys.decryption(key.first, key.second))
                    }
                val tokens = client.signIn(OidcProvider.browser())
                tokens.person shouldBe "alice"
                tokens.idToken.shouldNotBeNull().count { it == '.' } shouldBe 4
            }
        }

        "of several keys the right one opens the ID Token" {
            val keys = KEYS.values.map { (key, algorithm) -> ClientKeys.decryption(key, algorithm) }
            val client = issuer.connect("id-token-ecdh-p384") { decryption(keys) }
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        "a content encryption that is not allowed is refused" {
            val client =
                issuer.connect("id-token-ecdh-p256") {
                    decryption(listOf(ClientKeys.decryption("p256-enc")), "A256GCM")
                }
            shouldThrow<OAuthException> { client.signIn(OidcProvider.browser()) }
        }

        "an ID Token for another key is refused" {
            val client =
                issuer.connect("id-token-ecdh-p256") { decryption(ClientKeys.decryption("x25519-enc")) }
            shouldThrow<DecryptionException> { client.signIn(OidcProvider.browser()) }
        }

        "an encrypted ID Token without any key is refused" {
            val client = issuer.connect("id-token-rsa-oaep")
            shouldThrow<OAuthException> { client.signIn(OidcProvider.browser()) }
        }
    })

private val KEYS: Map<String, Pair<String, String?>> =
    mapOf(
        "id-token-rsa-oaep" to ("rsa-enc" to "RSA-OAEP"),
        "id-token-rsa-oaep-256" to ("rsa-enc" to "RSA-OAEP-256"),
        "id-token-ecdh-p256" to ("p256-enc" to null),
        "id-token-ecdh-p384" to ("p384-enc" to null),
        "id-token-ecdh-p521" to ("p521-enc" to null),
        "id-token-ecdh-x25519" to ("x25519-enc" to null),
    )
