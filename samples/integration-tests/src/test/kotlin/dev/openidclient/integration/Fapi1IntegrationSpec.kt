package dev.openidclient.integration

import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** FAPI 1.0 Advanced from end to end: signed requests, detached signatures, certificate-bound tokens. */
@EnabledIf(OidcProviderAvailable::class)
class Fapi1IntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.fapi1.overTls
        val key by lazy { ClientKeys.signing(JwsAlgorithm.PS256) }

        fun ClientSettings.advanced(by: ClientAuthentication) {
            val certificate = OidcProvider.clientCertificate("rsa")
            fapi1Advanced()
            authentication = by
            tls { pem(certificate.certificate + certificate.key) }
            metadata { useMtlsEndpointAliases() }
        }

        "private_key_jwt with the hybrid flow" {
            issuer.connect("private-key-jwt") { advanced(PrivateKeyJwt(key)) }.use { client ->
                val request = client.sign(client.signInRequest { responseMode("form_post") }, key)
                client.userInfo(client.signIn(OidcProvider.browser(), request)).subject shouldBe "alice"
            }
        }

        "mutual TLS with the hybrid flow" {
            issuer.connect("tls") { advanced(TlsClientAuth) }.use { client ->
                val request = client.sign(client.signInRequest { responseMode("form_post") }, key)
                client.userInfo(client.signIn(OidcProvider.browser(), request)).subject shouldBe "alice"
            }
        }

        "signed responses in place of the hybrid flow, and the request pushed" {
            val fapi =
                issuer.connect("private-key-jwt") {
                    advanced(PrivateKeyJwt(key))
                    useJwtResponseMode()
                }
            fapi.use { client ->
                val pushed = client.push(client.sign(client.signInRequest(), key))
                client.userInfo(client.signIn(OidcProvider.browser(), pushed)).subject shouldBe "alice"
            }
        }

        "a request that is not signed has no URL" {
            issuer.connect("private-key-jwt") { advanced(PrivateKeyJwt(key)) }.use { client ->
                shouldThrow<IllegalStateException> { client.signInRequest { responseMode("form_post") }.url }
            }
        }

        "a client that authenticates by a secret is not made" {
            shouldThrow<IllegalArgumentException> {
                issuer.connect("private-key-jwt") { advanced(ClientSecretPost("a-secret")) }
            }
        }
    })
