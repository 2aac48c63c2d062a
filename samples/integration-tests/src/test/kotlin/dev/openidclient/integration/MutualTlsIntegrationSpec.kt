package dev.openidclient.integration

import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpEngine
import dev.openidclient.resource.resource
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** Client authentication by certificate, and access tokens bound to it (RFC 8705), over the server's aliases. */
@EnabledIf(OidcProviderAvailable::class)
class MutualTlsIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything.overTls

        for ((engine, certificate) in listOf(
            HttpEngine.JAVA to "rsa",
            HttpEngine.JAVA to "ec",
            HttpEngine.CIO to "rsa",
        )) {
            "a client authenticates by its $certificate certificate through the engine $engine" {
                val client =
                    issuer.connect("tls") {
                        this.engine = engine
                        presenting(certificate)
                    }
                client.use {
                    val tokens = it.signIn(OidcProvider.browser())
                    tokens.person shouldBe "alice"
                    it.userInfo(tokens).subject shouldBe "alice"
                }
            }
        }

        "a client authenticates by a certificate that it signed itself" {
            issuer.connect("tls-self-signed") { presenting("self-signed") }.use {
                it.signIn(OidcProvider.browser()).person shouldBe "alice"
            }
        }

        "the access token is bound to the certificate, and of no use without it" {
            issuer.connect("tls") { presenting("rsa") }.use { client ->
                val tokens = client.clientCredentialsGrant { scope("orders:read").resource(issuer.resource) }
                val confirmation = client.introspect(tokens.accessToken).confirmation.shouldNotBeNull()
                confirmation.certificateThumbprint.shouldNotBeNull()
                // the port that asks for the certificate
                val aliases = client.server.mtlsEndpointAliases.shouldNotBeNull()
                val bound = aliases.tokenEndpoint.shouldNotBeNull().replace("/token", "/resource")
                client.resource(bound, tokens).status shouldBe 200
                shouldThrow<WwwAuthenticateChallengeException> { client.resource(issuer.resource, tokens) }
                    .challenges
                    .first()
                    .error shouldBe "invalid_token"
            }
        }

        "a certificate binds the tokens of a client that authenticates by a secret" {
            val bound =
                issuer.connect("tls-bound") {
                    presenting("ec")
                    requireSenderConstrained()
                }
            bound.use { client ->
                val tokens =
                    client.signIn(OidcProvider.browser()) { scope("offline_access").prompt("consent") }
                client.userInfo(client.refreshTokenGrant(tokens)).subject shouldBe "alice"
                client.introspect(tokens.accessToken).confirmation?.certificateThumbprint.shouldNotBeNull()
            }
        }

        "without the certificate nothing is issued" {
            val withoutCertificate =
                issuer.connect("tls") {
                    authentication = NoClientAuthentication // names itself, as TlsClientAuth does
                    metadata { useMtlsEndpointAliases() }
                }
            withoutCertificate.use { client ->
                shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() }.error shouldBe "invalid_client"
            }
        }

        "the certificate of another client is refused" {
            issuer.connect("tls") { presenting("self-signed") }.use { client ->
                shouldThrow<OAuthException> { client.clientCredentialsGrant() }
            }
        }
    })

/** The certificate [name], at the endpoints that ask for one. */
private fun ClientSettings.presenting(name: String) {
    val certificate = OidcProvider.clientCertificate(name)
    tls { pem(certificate.certificate + certificate.key) }
    metadata { useMtlsEndpointAliases() }
}
