package dev.openidclient.integration

import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.CryptoProvider
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith

/** What signs, verifies or decrypts, with each provider that the library uses by itself. */
@EnabledIf(OidcProviderAvailable::class)
class CryptoProvidersIntegrationSpec :
    FunSpec({
        val issuer = OidcProvider.everything

        afterSpec { CryptoProviders.reset() }

        for (name in CryptoProviders.names()) {
            context("with $name") {
                beforeEach { CryptoProviders.use(name) }

                test("that is the one in use") {
                    CryptoProvider.name shouldStartWith name
                }

                for (algorithm in ClientKeys.everyFamily()) {
                    test("an ID Token signed with $algorithm is verified") {
                        val client = issuer.connect("id-token-${algorithm.lowercase()}") { nonRepudiationChecks() }
                        val tokens = client.signIn(OidcProvider.browser())
                        tokens.person shouldBe "alice"
                        algorithmOf(tokens.idToken.shouldNotBeNull()) shouldBe algorithm
                    }

                    test("a client authenticates by an assertion signed with $algorithm") {
                        val key = ClientKeys.signing(JwsAlgorithm.of(algorithm).shouldNotBeNull())
                        val client = issuer.connect("private-key-jwt") { authentication = PrivateKeyJwt(key) }
                        client.signIn(OidcProvider.browser()).person shouldBe "alice"
                    }

                    test("tokens are bound to a new key for $algorithm") {
                        val client = issuer.connect("dpop").withDpop(Dpop(SigningKey.generate(algorithm)))
                        val tokens = client.signIn(OidcProvider.browser())
                        tokens.isSenderConstrained shouldBe true
                        client.userInfo(tokens).subject shouldBe "alice"
                        client.resource(issuer.resource, tokens).bodyText() shouldContain "\"scheme\":\"DPoP\""
                    }
                }

                for ((id, key) in ENCRYPTED) {
                    test("the client $id opens its ID Token with the key ${key.first}") {
                        val client =
                            issuer.connect(id) {
                                nonRepudiationChecks()
                                decryption(ClientKeys.decryption(key.first, key.second))
                            }
                        client.signIn(OidcProvider.browser()).person shouldBe "alice"
                    }
                }

                test("an ID Token for another key is refused") {
                    val other = ClientKeys.decryption("x25519-enc")
                    val client = issuer.connect("id-token-ecdh-p256") { decryption(other) }
                    shouldThrow<OAuthException> { client.signIn(OidcProvider.browser()) }
                }
            }
        }
    })

private val ENCRYPTED: Map<String, Pair<String, String?>> =
    mapOf(
        "id-token-rsa-oaep" to ("rsa-enc" to "RSA-OAEP"),
        "id-token-rsa-oaep-256" to ("rsa-enc" to "RSA-OAEP-256"),
        "id-token-ecdh-p256" to ("p256-enc" to null),
        "id-token-ecdh-p521" to ("p521-enc" to null),
        "id-token-ecdh-x25519" to ("x25519-enc" to null),
    )
