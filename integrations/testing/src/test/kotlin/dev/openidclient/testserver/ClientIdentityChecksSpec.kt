package dev.openidclient.testserver

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.registration.ClientIdMetadataDocumentBuilder
import dev.openidclient.registration.register
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration

private const val URL = "https://app.example.com/oauth/client.json"
private const val LOOPBACK = "http://127.0.0.1/callback"

class ClientIdentityChecksSpec :
    FunSpec({
        fun document(configure: ClientIdMetadataDocumentBuilder.() -> Unit = {}) =
            ClientIdMetadataDocument(URL) {
                clientName("An agent").redirectUris(LOOPBACK)
                configure()
            }

        suspend fun refusal(client: OpenIdClient): ResponseBodyException =
            shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() }

        context("the client of a metadata document") {
            test("signs somebody in, and the server says that it knows such clients") {
                TestAuthorizationServer().metadata.clientIdMetadataDocumentSupported.shouldBeNull()
                val servers =
                    listOf(
                        TestAuthorizationServer { clientMetadataDocument(document()) },
                        TestAuthorizationServer().clientMetadataDocument(document()),
                    )
                for (server in servers) {
                    server.metadata.clientIdMetadataDocumentSupported shouldBe true
                    val client = OpenIdClient(server.metadata, URL) { transport = server }
                    val request =
                        client.authorizationRequest { redirectUri("http://127.0.0.1:49152/callback").scope("openid") }
                    val tokens = client.authorizationCodeGrant(server.signIn(request.url), request.pending)
                    tokens.claims?.subject shouldBe "alice"
                    tokens.refreshToken.shouldNotBeNull()
                }
            }

            test("comes back to no redirect URI but those of the document") {
                val server = TestAuthorizationServer { clientMetadataDocument(document()) }
                val client = OpenIdClient(server.metadata, URL) { transport = server }
                val request = client.authorizationRequest { redirectUri("https://evil.example.com/callback") }

                shouldThrow<IllegalArgumentException> { server.signIn(request.url) }.message shouldContain
                    "is not registered for client '$URL'"
            }

            test("authenticates with the key of the document, and with no other") {
                val key = SigningKey.generate("ES256")
                val server =
                    TestAuthorizationServer {
                        clientMetadataDocument(
                            document {
                                grantTypes("client_credentials")
                                tokenEndpointAuthMethod("private_key_jwt")
                                jwks(JwkSet.of(key.publicJwk))
                            },
                        )
                    }

                fun client(key: SigningKey) =
                    OpenIdClient(server.metadata, URL) {
                        transport = server
                        authentication = PrivateKeyJwt(key)
                    }

                client(key).clientCredentialsGrant().accessToken.shouldNotBeNull()
                refusal(client(SigningKey.generate("ES256"))).error shouldBe "invalid_client"
            }
        }

        test("a client that is forgotten is none any more, and nobody else is taken for it") {
            val server = TestAuthorizationServer { client("app", "a secret") }
            val client =
                OpenIdClient(server.metadata, "app") {
                    transport = server
                    clientSecret("a secret")
                }
            client.clientCredentialsGrant()

            server.forgetClient("app")

            val refusal = refusal(client)
            refusal.error shouldBe "invalid_client"
            refusal.errorDescription shouldContain "not registered"
            shouldThrow<IllegalArgumentException> { server.forgetClient("app") }.message shouldContain "no client 'app'"
        }

        test("the secret of a registration ends when the server said") {
            val clock = StandingClock()
            val server =
                TestAuthorizationServer {
                    this.clock = clock
                    clientSecretLifetime = Duration.ofHours(1)
                }
            val client =
                OpenIdClient.register(server.metadata) {
                    grantTypes("client_credentials")
                    settings {
                        transport = server
                        this.clock = clock
                    }
                }

            client.metadata.clientSecretExpiresAt shouldBe clock.time.plusSeconds(3_600)
            clock.time = clock.time.plusSeconds(3_599)
            client.clientCredentialsGrant()
            clock.time = clock.time.plusSeconds(1)
            val refusal = shouldThrow<WwwAuthenticateChallengeException> { client.clientCredentialsGrant() }
            refusal.error shouldBe "invalid_client"
            refusal.message.orEmpty() shouldContain "has ended"
        }
    })
