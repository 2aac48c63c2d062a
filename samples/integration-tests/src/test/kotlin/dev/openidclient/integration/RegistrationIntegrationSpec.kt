package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.register
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.putJsonArray

/** RFC 7591. */
@EnabledIf(OidcProviderAvailable::class)
class RegistrationIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        suspend fun register(configure: RegistrationBuilder.() -> Unit): OpenIdClient =
            OpenIdClient.register(issuer.url) {
                initialAccessToken = issuer.initialAccessToken
                settings { reaching(issuer.url) }
                configure()
            }

        for (method in listOf("none", "client_secret_basic", "client_secret_post", "client_secret_jwt")) {
            "a client registers for $method and is ready to sign a person in" {
                val client =
                    register {
                        clientName("Registered")
                        redirectUris(Application.CALLBACK)
                        tokenEndpointAuthMethod(method)
                    }
                client.metadata.tokenEndpointAuthMethod shouldBe method
                client.metadata.clientSecretExpiresAt shouldBe null
                (client.metadata.clientSecret == null) shouldBe (method == "none")
                client.signIn(OidcProvider.browser()).person shouldBe "alice"
            }
        }

        "a client registers its public key and authenticates with the private one" {
            val key = SigningKey.generate()
            val keys = buildJsonObject { putJsonArray("keys") { add(key.publicJwk.json) } }
            val client =
                register {
                    redirectUris(Application.CALLBACK)
                    tokenEndpointAuthMethod("private_key_jwt")
                    jwks(JwkSet(keys))
                    settings {
                        reaching(issuer.url)
                        authentication = PrivateKeyJwt(key)
                    }
                }
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        "what was registered makes the same client again" {
            val registered =
                register {
                    redirectUris()
                    responseTypes()
                    grantTypes("client_credentials")
                }
            val stored = registered.metadata.json.toString()
            val again = ClientMetadata.parse(stored)
            val client =
                OpenIdClient(registered.server, again.clientId) {
                    reaching(issuer.url)
                    metadata { members(again) }
                }
            client.clientCredentialsGrant().accessToken.shouldNotBeNull()
        }

        "the registered algorithm of ID Tokens holds" {
            val client =
                register {
                    redirectUris(Application.CALLBACK)
                    idTokenSignedResponseAlg("ES384")
                    settings {
                        reaching(issuer.url)
                        nonRepudiationChecks()
                    }
                }
            client.metadata.idTokenSignedResponseAlg shouldBe "ES384"
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        "a client that registers for bound tokens gets them for its key, and none without one" {
            val client =
                register {
                    redirectUris(Application.CALLBACK)
                    dpopBoundAccessTokens()
                }
            val tokens = client.withDpop(Dpop(SigningKey.generate())).signIn(OidcProvider.browser())
            tokens.isSenderConstrained shouldBe true
            shouldThrow<ResponseBodyException> { client.signIn(OidcProvider.browser()) }.error shouldBe
                "invalid_grant"
        }

        "a wrong initial access token is refused" {
            val refused =
                shouldThrow<WwwAuthenticateChallengeException> {
                    register {
                        initialAccessToken = "wrong-token"
                        redirectUris(Application.CALLBACK)
                    }
                }
            refused.status shouldBe 401
            refused.challenges.first().error shouldBe "invalid_token"
        }

        "metadata that the server does not accept is refused" {
            shouldThrow<ResponseBodyException> { register { redirectUris("not a URL") } }.error shouldBe
                "invalid_redirect_uri"
            shouldThrow<ResponseBodyException> {
                register {
                    redirectUris(Application.CALLBACK)
                    idTokenSignedResponseAlg("unknown")
                }
            }.error shouldBe "invalid_client_metadata"
        }
    })
