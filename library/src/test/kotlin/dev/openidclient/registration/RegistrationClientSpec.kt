package dev.openidclient.registration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.ReceivedRequest
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerDiscovery
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.registeringServer
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.util.Base64

private const val SECRET = "s3cret"

private suspend fun register(
    server: StubServer,
    settings: ClientSettings.() -> Unit = {},
    configure: RegistrationBuilder.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.register(ISSUER) {
        settings {
            transport = server.transport
            clock = FIXED_CLOCK
            settings()
        }
        configure()
    }

/** The token request of a client that is registered with [method] and a secret. */
private suspend fun tokenRequest(
    method: String?,
    hasSecret: Boolean = true,
    settings: ClientSettings.() -> Unit = {},
): ReceivedRequest {
    val issued =
        if (hasSecret) {
            arrayOf(
                "client_secret" to JsonPrimitive(SECRET),
                "client_secret_expires_at" to JsonPrimitive(0),
            )
        } else {
            emptyArray()
        }
    val registered: Array<Pair<String, JsonElement?>> =
        arrayOf("token_endpoint_auth_method" to method?.let(::JsonPrimitive), *issued)
    val server = registeringServer(*registered).answerTokens()
    register(server, settings).clientCredentialsGrant()
    return server.lastTo("/token")
}

class RegistrationClientSpec :
    FunSpec({
        context("the client authenticates as it was registered:") {
            test("client_secret_basic") {
                val sent = tokenRequest("client_secret_basic")

                sent.header("authorization") shouldBe
                    "Basic ${Base64.getEncoder().encodeToString("$CLIENT_ID:$SECRET".encodeToByteArray())}"
                sent.form["client_secret"].shouldBeNull()
            }

            for (method in listOf("client_secret_post", null)) {
                test("$method") {
                    val sent = tokenRequest(method)

                    sent.form["client_secret"] shouldBe SECRET
                    sent.header("authorization").shouldBeNull()
                }
            }

            test("client_secret_jwt") {
                val sent = tokenRequest("client_secret_jwt")

                sent.form["client_assertion"].shouldNotBeNull()
                sent.form["client_secret"].shouldBeNull()
            }

            test("none, whatever secret came") {
                tokenRequest("none").form.names shouldBe setOf("grant_type", "client_id")
            }

            test("nothing said, and no secret") {
                tokenRequest(null, hasSecret = false).form.names shouldBe setOf("grant_type", "client_id")
            }

            for (method in listOf("tls_client_auth", "self_signed_tls_client_auth")) {
                test(method) {
                    val server = registeringServer("token_endpoint_auth_method" to JsonPrimitive(method))

                    register(server, { transportPresentsCertificate() })
                        .configuration.authentication
                        .shouldBeSameInstanceAs(TlsClientAuth)
                }
            }

            test("private_key_jwt, with the key of the settings") {
                val sent =
                    tokenRequest("private_key_jwt", settings = {
                        authentication =
                            PrivateKeyJwt(SigningKey.generate("ES256"))
                    })

                sent.form["client_assertion"].shouldNotBeNull()
                sent.form["client_secret"].shouldBeNull()
            }
        }

        test("an authentication of the settings goes before the registered one, with the secret that came") {
            val sent = tokenRequest("client_secret_post", settings = { authentication = ClientSecretBasic() })

            sent.header("authorization").shouldNotBeNull()
            sent.form["client_secret"].shouldBeNull()
        }

        test("private_key_jwt without a key is refused before anything is sent") {
            val server = registeringServer()

            shouldThrow<IllegalArgumentException> { register(server) { tokenEndpointAuthMethod("private_key_jwt") } }
                .message shouldContain "PrivateKeyJwt(key)"
            server.received.shouldBeEmpty()
        }

        test("settings that contradict themselves are refused before anything is sent") {
            val server = registeringServer()

            shouldThrow<IllegalArgumentException> { register(server, { timeout = Duration.ofSeconds(-1) }) }
            server.received.shouldBeEmpty()
        }

        test("the settings stay") {
            val configuration =
                register(
                    registeringServer(),
                    {
                        timeout = Duration.ofSeconds(3)
                        clockSkew = Duration.ofSeconds(7)
                        clockTolerance = Duration.ofSeconds(9)
                        maximumResponseSize = 4096
                        pendingAuthorizationLifetime = Duration.ofMinutes(5)
                        jwksOutageTolerance = Duration.ofMinutes(6)
                        nonRepudiationChecks()
                        requireSenderConstrained()
                        useCodeIdTokenResponseType()
                        detachedSignatureResponseChecks()
                    },
                ).configuration

            configuration.connection.limits.timeout shouldBe Duration.ofSeconds(3)
            configuration.connection.time.tolerance shouldBe 9
            configuration.connection.time.instant shouldBe FIXED_CLOCK.instant().plusSeconds(7)
            configuration.connection.limits.maximumResponseSize shouldBe 4096
            configuration.pendingAuthorizationLifetime shouldBe Duration.ofMinutes(5)
            configuration.jwksOutageTolerance shouldBe Duration.ofMinutes(6)
            configuration.nonRepudiation shouldBe true
            configuration.requireSenderConstrained shouldBe true
            configuration.responseKind shouldBe ResponseKind.CODE_ID_TOKEN
            configuration.responseRules.isSignatureDetached shouldBe true
        }

        test("the security profile stays") {
            val client =
                register(registeringServer(), {
                    authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                    fapi2MessageSigning()
                })

            client.configuration.profile
                .shouldNotBeNull()
                .title shouldBe "FAPI 2.0 Message Signing"
            client.configuration.responseKind shouldBe ResponseKind.JWT
        }

        test("the metadata makes the same client again") {
            val server =
                registeringServer(
                    "client_secret" to JsonPrimitive(SECRET),
                    "client_secret_expires_at" to JsonPrimitive(0),
                )
            val registered = register(server)
            val again = server.client { metadata { members(registered.metadata) } }

            again.metadata shouldBe registered.metadata
        }

        context("a transport of the caller's own") {
            test("stays open where the registration fails") {
                val server = StubServer().answerDiscovery().answer("/register", """{"error":"x"}""", 400)
                shouldThrow<OAuthException> { register(server) }
                shouldThrow<OAuthException> { register(server) }

                server.countOf("/register") shouldBe 2
            }
        }
    })
