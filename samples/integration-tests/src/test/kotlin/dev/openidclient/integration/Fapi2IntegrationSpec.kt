package dev.openidclient.integration

import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** FAPI 2.0 from end to end. */
@EnabledIf(OidcProviderAvailable::class)
class Fapi2IntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.fapi2.overTls

        for (algorithm in listOf(JwsAlgorithm.PS256, JwsAlgorithm.ES256, JwsAlgorithm.ED25519)) {
            "private_key_jwt with ${algorithm.identifier} and DPoP" {
                val fapi =
                    issuer.connect("private-key-jwt") {
                        fapi2Security()
                        authentication = PrivateKeyJwt(ClientKeys.signing(algorithm))
                    }
                fapi.use {
                    val client = it.withDpop(Dpop(SigningKey.generate(algorithm)))
                    val tokens =
                        client.signIn(
                            OidcProvider.browser(),
                            client.push(client.signInRequest { scope("offline_access").prompt("consent") }),
                        )
                    tokens.isSenderConstrained shouldBe true
                    client.userInfo(client.refreshTokenGrant(tokens)).subject shouldBe "alice"
                }
            }
        }

        "mutual TLS, which also binds the tokens" {
            val certificate = OidcProvider.clientCertificate("rsa")
            val fapi =
                issuer.connect("tls") {
                    fapi2Security()
                    authentication = TlsClientAuth
                    tls { pem(certificate.certificate + certificate.key) }
                    metadata { useMtlsEndpointAliases() }
                }
            fapi.use { client ->
                val tokens = client.signIn(OidcProvider.browser(), client.push(client.signInRequest()))
                client.userInfo(tokens).subject shouldBe "alice"
            }
        }

        "message signing: the request and the response are signed too" {
            val key = ClientKeys.signing(JwsAlgorithm.PS256)
            val fapi =
                issuer.connect("private-key-jwt") {
                    fapi2MessageSigning()
                    authentication = PrivateKeyJwt(key)
                }
            fapi.use {
                val client = it.withDpop(Dpop(SigningKey.generate()))
                val pushed = client.push(client.sign(client.signInRequest(), key))
                client.signIn(OidcProvider.browser(), pushed).person shouldBe "alice"
            }
        }

        "a request that was not pushed has no URL" {
            val fapi =
                issuer.connect("private-key-jwt") {
                    fapi2Security()
                    authentication = PrivateKeyJwt(ClientKeys.signing(JwsAlgorithm.PS256))
                }
            fapi.use { client -> shouldThrow<IllegalStateException> { client.signInRequest().url } }
        }

        "a client without a DPoP key or a certificate gets no tokens" {
            val fapi =
                issuer.connect("private-key-jwt") {
                    fapi2Security()
                    authentication = PrivateKeyJwt(ClientKeys.signing(JwsAlgorithm.PS256))
                }
            fapi.use { client ->
                val pushed = client.push(client.signInRequest())
                shouldThrow<OAuthException> { client.signIn(OidcProvider.browser(), pushed) }
            }
        }

        "a client that contradicts the profile is not made" {
            shouldThrow<IllegalArgumentException> { issuer.connect("private-key-jwt") { fapi2Security() } }
            shouldThrow<IllegalArgumentException> {
                issuer.connect("private-key-jwt") {
                    fapi2Security()
                    authentication = PrivateKeyJwt(ClientKeys.signing(JwsAlgorithm.RS256))
                }
            }
        }
    })
