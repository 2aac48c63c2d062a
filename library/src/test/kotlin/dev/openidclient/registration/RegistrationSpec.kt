package dev.openidclient.registration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerDiscovery
import dev.openidclient.testing.json
import dev.openidclient.testing.registeringServer
import dev.openidclient.testing.registrationJson
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import io.ktor.client.engine.mock.respond
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private const val TOKEN = "initial-access-token"

private suspend fun register(
    server: StubServer,
    configure: RegistrationBuilder.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.register(ISSUER) {
        settings {
            transport = server.transport
            clock = FIXED_CLOCK
        }
        configure()
    }

private suspend fun registered(vararg changes: Pair<String, JsonElement?>): OpenIdClient =
    register(registeringServer(*changes))

class RegistrationSpec :
    FunSpec({
        val secret = "client_secret" to JsonPrimitive("s3cret")

        context("the request") {
            test("is posted as JSON, without any authorization") {
                val server = registeringServer()
                register(server)
                val sent = server.lastTo("/register")

                sent.method shouldBe "POST"
                sent.contentType.orEmpty() shouldStartWith "application/json"
                sent.header("accept") shouldBe "application/json"
                sent.header("authorization").shouldBeNull()
                sent.header("dpop").shouldBeNull()
            }

            test("has no member where none is named") {
                val server = registeringServer()
                register(server)

                server.lastTo("/register").body shouldBe "{}"
            }

            test("has what is named, and nothing else") {
                val server = registeringServer()
                register(server) {
                    redirectUris(REDIRECT_URI)
                    clientName("A client")
                    member("x", json("[1]"))
                }

                json(server.lastTo("/register").body) shouldBe
                    json("""{"redirect_uris":["$REDIRECT_URI"],"client_name":"A client","x":[1]}""")
            }

            test("comes after the discovery") {
                val server = registeringServer()
                register(server)

                server.received.map { it.path } shouldBe listOf("/.well-known/openid-configuration", "/register")
            }
        }

        context("the initial access token") {
            test("is sent as Bearer") {
                val server = registeringServer()
                register(server) { initialAccessToken = TOKEN }

                server.lastTo("/register").header("authorization") shouldBe "Bearer $TOKEN"
            }

            test("is sent as DPoP with a proof of it") {
                val server = registeringServer()
                register(server) {
                    initialAccessToken = TOKEN
                    dpop = Dpop(SigningKey.generate("ES256"))
                }
                val sent = server.lastTo("/register")
                val proof = Jwt.parse(sent.header("dpop").orEmpty(), "proof").claims

                sent.header("authorization") shouldBe "DPoP $TOKEN"
                proof["htu"] shouldBe JsonPrimitive("$ISSUER/register")
                ("ath" in proof) shouldBe true
            }

            test("is not sent where it is empty") {
                val server = registeringServer()

                shouldThrow<IllegalArgumentException> { register(server) { initialAccessToken = "" } }
                server.received.shouldBeEmpty()
            }

            for ((status, body) in listOf(401 to """{"error":"invalid_token"}""", 401 to "", 403 to "")) {
                test("is named where the server refuses with $status and \"$body\" a registration without one") {
                    val server = StubServer().answerDiscovery().answer("/register", body, status)

                    shouldThrow<OAuthException> { register(server) }.message shouldEndWith
                        "; no initialAccessToken was sent: where the server wants one, name it in the registration"
                }
            }

            test("is named where the server refuses it, and not where the fault is another") {
                val server = StubServer().answerDiscovery().answer("/register", """{"error":"invalid_token"}""", 401)
                shouldThrow<OAuthException> { register(server) { initialAccessToken = TOKEN } }.message shouldEndWith
                    "; the initialAccessToken of the registration was sent"

                server.answer("/register", """{"error":"invalid_redirect_uri"}""", 400)
                shouldThrow<OAuthException> { register(server) }.message shouldNotContain "initialAccessToken"
            }

            test("may be none beside a proof") {
                val server = registeringServer()
                register(server) { dpop = Dpop(SigningKey.generate("ES256")) }
                val sent = server.lastTo("/register")

                sent.header("authorization").shouldBeNull()
                ("ath" in Jwt.parse(sent.header("dpop").orEmpty(), "proof").claims) shouldBe false
            }

            test("is sent again, once, with the nonce that the server wants") {
                val server = StubServer().answerDiscovery()
                server.on("/register") {
                    val wants = server.countOf("/register") == 1
                    val body = if (wants) """{"error":"use_dpop_nonce"}""" else registrationJson().toString()
                    val headers = headersOf("Content-Type" to listOf("application/json"), "DPoP-Nonce" to listOf("n"))
                    respond(body, if (wants) HttpStatusCode.BadRequest else HttpStatusCode.Created, headers)
                }
                register(server) { dpop = Dpop(SigningKey.generate("ES256")) }.clientId shouldBe CLIENT_ID

                server.received.map { it.path } shouldBe
                    listOf("/.well-known/openid-configuration", "/register", "/register")
                Jwt.parse(server.lastTo("/register").header("dpop").orEmpty(), "proof").claims["nonce"] shouldBe
                    JsonPrimitive("n")
            }
        }

        context("the client") {
            test("is what the server answered, not what was asked for") {
                val server = registeringServer("client_name" to JsonPrimitive("Another name"))
                val client =
                    register(server) {
                        clientName("A name")
                        scope("a b")
                    }

                client.metadata.json shouldBe registrationJson("client_name" to JsonPrimitive("Another name"))
            }

            test("knows how long its secret lives") {
                val expiring = registered(secret, "client_secret_expires_at" to JsonPrimitive(1_800_000_000))

                expiring.metadata.clientSecretExpiresAt shouldBe Instant.ofEpochSecond(1_800_000_000)
            }

            test("knows that its secret does not expire") {
                registered(
                    secret,
                    "client_secret_expires_at" to JsonPrimitive(0),
                ).metadata.clientSecretExpiresAt.shouldBeNull()
            }

            test("needs no expiry without a secret") { registered().metadata.clientSecret.shouldBeNull() }
        }

        context("a secret") {
            for (expiry in listOf(null, json("null"))) {
                test("is taken where nothing is said of its end (client_secret_expires_at $expiry)") {
                    val client = registered(secret, "client_secret_expires_at" to expiry)

                    client.metadata.clientSecret shouldBe "s3cret"
                    client.metadata.clientSecretExpiresAt.shouldBeNull()
                }
            }

            for (none in listOf(JsonPrimitive(""), json("null"))) {
                test("is none where it is $none") {
                    registered("client_secret" to none).metadata.clientSecret.shouldBeNull()
                }
            }

            test("beside the method none is ignored, with its end") {
                val none = "token_endpoint_auth_method" to JsonPrimitive("none")
                val client = registered(secret, none, "client_secret_expires_at" to JsonPrimitive("never"))

                client.configuration.authentication shouldBe NoClientAuthentication
            }
        }

        context("an algorithm none that nobody asked for is as absent:") {
            for (member in listOf("userinfo_signed_response_alg", "introspection_signed_response_alg")) {
                test(member) {
                    registered(member to JsonPrimitive("none")).metadata[member].shouldBeNull()
                }

                test("$member, but not where another was asked for") {
                    val server = registeringServer(member to JsonPrimitive("none"))

                    shouldFailWith<RegistrationException>(ErrorCode.INVALID_RESPONSE, member) {
                        register(server) { member(member, "RS256") }
                    }
                }

                test("$member, but not where it was asked for") {
                    val server = registeringServer(member to JsonPrimitive("none"))

                    register(server) { member(member, "none") }.metadata[member] shouldBe JsonPrimitive("none")
                }
            }
        }

        test("every member that is null is absent") {
            val optional =
                listOf("token_endpoint_auth_method", "id_token_signed_response_alg", "default_max_age") +
                    listOf("require_auth_time", "tls_client_certificate_bound_access_tokens", "client_id_issued_at")

            registered(*optional.map { it to json("null") }.toTypedArray()).metadata.clientIdIssuedAt.shouldBeNull()
        }

        context("where the server's metadata is known") {
            val server = registeringServer().answer("/.well-known/openid-configuration", "", status = 500)
            val metadata = serverMetadata("registration_endpoint" to JsonPrimitive("$ISSUER/register"))
            val client =
                OpenIdClient.register(metadata) {
                    clientName("A client")
                    settings {
                        transport = server.transport
                        clock = FIXED_CLOCK
                    }
                }

            test("nothing is discovered") { server.received.map { it.path } shouldBe listOf("/register") }

            test("the client is the one that the server registered, at that server") {
                client.metadata.json shouldBe registrationJson()
                client.server shouldBe metadata
            }

            test("the answer is checked alike") {
                val answering = registeringServer("id_token_signed_response_alg" to JsonPrimitive("none"))

                shouldFailWith<RegistrationException>(ErrorCode.INVALID_RESPONSE, "was not asked for") {
                    OpenIdClient.register(metadata) { settings { transport = answering.transport } }
                }
            }

            test("a server without the endpoint is rejected") {
                shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"registration_endpoint\"") {
                    OpenIdClient.register(serverMetadata()) { settings { transport = server.transport } }
                }
            }
        }

        context("the answer is rejected") {
            for (id in listOf(null, JsonPrimitive(""), JsonPrimitive(1), json("null"))) {
                test("with the client_id ${id ?: "that is missing"}") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"client_id\"") {
                        registered("client_id" to id)
                    }
                }
            }

            for (value in listOf(JsonPrimitive(1), json("{}"))) {
                test("with the client_secret $value") {
                    shouldFailWith<RegistrationException>(ErrorCode.INVALID_RESPONSE, "\"client_secret\"") {
                        registered("client_secret" to value, "client_secret_expires_at" to JsonPrimitive(0))
                    }
                }
            }

            for (expiry in listOf(JsonPrimitive("0"), JsonPrimitive(-1), json("true"))) {
                test("with a secret that expires at $expiry") {
                    shouldFailWith<RegistrationException>(
                        ErrorCode.INVALID_RESPONSE,
                        "\"client_secret_expires_at\"",
                    ) {
                        registered(secret, "client_secret_expires_at" to expiry)
                    }
                }
            }

            test("with metadata of the wrong type") {
                shouldFailWith<RegistrationException>(ErrorCode.INVALID_RESPONSE, "\"default_max_age\"") {
                    registered("default_max_age" to JsonPrimitive("1"))
                }
            }

            test("with an error and the status 200, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_client_metadata") {
                    register(
                        StubServer().answerDiscovery().answer(
                            "/register",
                            """{"error":"invalid_client_metadata"}""",
                            200,
                        ),
                    )
                }.status shouldBe 200
            }

            test("not for its status 200, as some servers have it") {
                shouldNotThrowAny {
                    register(
                        StubServer().answerDiscovery().answer("/register", registrationJson().toString(), 200),
                    ).close()
                }
            }

            for (status in listOf(302, 500)) {
                test("with the status $status") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 2xx, got $status",
                    ) {
                        register(
                            StubServer().answerDiscovery().answer("/register", registrationJson().toString(), status),
                        )
                    }
                }
            }

            test("with an OAuth error, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_redirect_uri") {
                    register(
                        StubServer().answerDiscovery().answer("/register", """{"error":"invalid_redirect_uri"}""", 400),
                    )
                }
            }

            test("with a challenge, as that challenge") {
                val challenge = mapOf("WWW-Authenticate" to "Bearer error=\"invalid_token\"")

                shouldFailWith<WwwAuthenticateChallengeException>(
                    ErrorCode.WWW_AUTHENTICATE_CHALLENGE,
                    "invalid_token",
                ) {
                    register(StubServer().answerDiscovery().answer("/register", "{}", 401, headers = challenge))
                }
            }

            test("where it is no JSON") {
                shouldFailWith<InvalidResponseException>(ErrorCode.RESPONSE_IS_NOT_JSON, "text/html") {
                    register(StubServer().answerDiscovery().answer("/register", "<p>", 201, "text/html"))
                }
            }
        }

        context("the endpoint") {
            test("is rejected where it is missing") {
                shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"registration_endpoint\"") {
                    register(StubServer().answerDiscovery("registration_endpoint" to null))
                }
            }

            test("is rejected where it is not https") {
                shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "only https") {
                    register(
                        StubServer().answerDiscovery(
                            "registration_endpoint" to JsonPrimitive("http://as.example.com/register"),
                        ),
                    )
                }
            }

            val aliases =
                "mtls_endpoint_aliases" to json("""{"registration_endpoint":"https://mtls.example.com/register"}""")

            test("is the mutual TLS alias where the client is going to use these") {
                val server = registeringServer().answerDiscovery(aliases)
                register(server) { useMtlsEndpointAliases() }

                server.lastTo("/register").url shouldBe "https://mtls.example.com/register"
            }

            test("is the ordinary one where it is not") {
                val server = registeringServer().answerDiscovery(aliases)
                register(server)

                server.lastTo("/register").url shouldBe "$ISSUER/register"
            }
        }
    })
