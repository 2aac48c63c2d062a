package dev.openidclient.registration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.registrationJson
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val URI = "$ISSUER/register/$CLIENT_ID"
private val SERVER = serverMetadata("registration_endpoint" to JsonPrimitive("$ISSUER/register"))

/** What the server answered to the registration. */
private val REGISTERED =
    jsonObject(
        """{"client_id":"$CLIENT_ID","client_secret":"s3cret-1","client_secret_expires_at":0,""" +
            """"client_id_issued_at":1,"registration_access_token":"t0ken-1","registration_client_uri":"$URI",""" +
            """"token_endpoint_auth_method":"client_secret_post","client_name":"Orders","logo_uri":"https://l"}""",
    )

private fun StubServer.registered(
    vararg changes: Pair<String, JsonElement?>,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient {
    val members = REGISTERED.toMutableMap<String, JsonElement>()
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return client(SERVER) {
        metadata { for ((name, value) in members) member(name, value) }
        configure()
    }
}

/** A server that answers its management with [registrationJson]. */
private fun managing(
    vararg changes: Pair<String, JsonElement?>,
    status: Int = 200,
): StubServer =
    StubServer()
        .answer("/register/$CLIENT_ID", registrationJson(*changes).toString(), status)
        .answerTokens()

private fun text(value: String) = JsonPrimitive(value)

class RegistrationManagementSpec :
    FunSpec({
        context("where the registration is") {
            test("is known of a client with all that the server answered") {
                val registration = checkNotNull(StubServer().registered().registration)

                registration.uri shouldBe URI
                registration.accessToken shouldBe "t0ken-1"
                registration.toString() shouldBe "ClientRegistration($URI, ██)"
            }

            for (member in listOf("registration_client_uri", "registration_access_token")) {
                for (value in listOf(null, text(""), JsonNull, JsonPrimitive(1))) {
                    test("is not known, and nothing is sent, where $member is $value") {
                        val server = managing()
                        val client = server.registered(member to value)

                        client.registration shouldBe null
                        shouldThrow<IllegalStateException> { client.readRegistration() }.message shouldContain member
                        shouldThrow<IllegalStateException> { client.updateRegistration { } }
                        shouldThrow<IllegalStateException> { client.deleteRegistration() }
                        server.received.shouldBeEmpty()
                    }
                }
            }
        }

        context("a registration that is read") {
            test("is asked for with GET and the registration access token") {
                val server = managing()
                server.registered().readRegistration()
                val sent = server.received.single()

                sent.method shouldBe "GET"
                sent.url shouldBe URI
                sent.header("authorization") shouldBe "Bearer t0ken-1"
                sent.body shouldBe ""
            }

            test("is the metadata of the client that is returned, and the earlier one keeps its own") {
                val server =
                    managing(
                        "client_name" to text("Orders 2"),
                        "client_secret" to text("s3cret-2"),
                        "client_secret_expires_at" to JsonPrimitive(0),
                        "registration_access_token" to text("t0ken-2"),
                        "registration_client_uri" to text("$URI-2"),
                        "token_endpoint_auth_method" to text("client_secret_post"),
                    )
                val earlier = server.registered()
                val read = earlier.readRegistration()

                read.metadata["client_name"] shouldBe text("Orders 2")
                read.registration?.accessToken shouldBe "t0ken-2"
                read.registration?.uri shouldBe "$URI-2"
                read.clientCredentialsGrant()
                server.lastTo("/token").form["client_secret"] shouldBe "s3cret-2"
                earlier.registration?.accessToken shouldBe "t0ken-1"
                earlier.clientCredentialsGrant()
                server.lastTo("/token").form["client_secret"] shouldBe "s3cret-1"
            }

            test("has the earlier secret, token and place where the answer leaves them out") {
                val read = managing("client_name" to text("Orders")).registered().readRegistration()

                read.metadata.clientSecret shouldBe "s3cret-1"
                read.metadata["client_secret_expires_at"] shouldBe JsonPrimitive(0)
                read.registration?.accessToken shouldBe "t0ken-1"
                read.registration?.uri shouldBe URI
            }

            test("does not have the earlier end of a secret that is new") {
                val read = managing("client_secret" to text("s3cret-2")).registered().readRegistration()

                read.metadata["client_secret_expires_at"] shouldBe null
            }

            test("shares the connection, which the earlier client closes") {
                val server = managing()
                val earlier = server.registered()
                val read = earlier.readRegistration()

                read.connection shouldBe earlier.connection
                read.close()
                earlier.clientCredentialsGrant()
            }

            test("has the DPoP key of the client") {
                val dpop = Dpop(SigningKey.generate("ES256"))
                val server = managing("client_name" to text("Orders"))
                server.registered().withDpop(dpop).readRegistration().clientCredentialsGrant()

                server.received.first().header("dpop") shouldBe null
                (server.lastTo("/token").header("dpop") != null) shouldBe true
            }

            for (clientId in listOf(null, text("other"), JsonPrimitive(1))) {
                test("is refused where its client id is $clientId") {
                    shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, "\"client_id\"") {
                        managing("client_id" to clientId).registered().readRegistration()
                    }.reached shouldBe Reached.ANSWERED
                }
            }

            test("that protects less than this client's metadata say is refused, with all of it") {
                val server =
                    managing(
                        "id_token_signed_response_alg" to text("RS256"),
                        "registration_access_token" to text("t0ken-2"),
                    )
                val failure =
                    shouldThrow<RegistrationException> {
                        server.registered("id_token_signed_response_alg" to text("ES256")).readRegistration()
                    }

                failure.message shouldContain "id_token_signed_response_alg"
                failure.message.orEmpty() shouldNotContain "t0ken"
                failure.registration["registration_access_token"] shouldBe text("t0ken-2")
            }
        }

        context("an update") {
            test("is the whole document, without what is the server's alone to say") {
                val server = managing()
                server.registered().updateRegistration { clientName("Orders 2") }
                val sent = server.received.single()

                sent.method shouldBe "PUT"
                sent.url shouldBe URI
                sent.contentType shouldBe "application/json"
                sent.header("authorization") shouldBe "Bearer t0ken-1"
                jsonObject(sent.body) shouldBe
                    jsonObject(
                        """{"client_id":"$CLIENT_ID","client_secret":"s3cret-1",""" +
                            """"token_endpoint_auth_method":"client_secret_post","client_name":"Orders 2",""" +
                            """"logo_uri":"https://l"}""",
                    )
            }

            test("shows no secret that the server repeats in its error") {
                val server =
                    managing(
                        "error" to text("invalid_client_metadata"),
                        "error_description" to text("not s3cret-1"),
                        status = 400,
                    )

                val failure =
                    shouldThrow<ResponseBodyException> { server.registered().updateRegistration { clientName("b") } }
                failure.message shouldContain "invalid_client_metadata"
                failure.message shouldNotContain "s3cret-1"
            }

            test("takes a member away that is null") {
                val server = managing()
                server.registered().updateRegistration { member("logo_uri", JsonNull) }

                ("logo_uri" in jsonObject(server.received.single().body)) shouldBe false
            }

            test("returns the client with what the server answers") {
                val server = managing("client_name" to text("The server's"), "client_secret" to text("s3cret-2"))
                val updated = server.registered().updateRegistration { clientName("Orders 2") }

                updated.metadata["client_name"] shouldBe text("The server's")
                updated.metadata.clientSecret shouldBe "s3cret-2"
            }

            for (member in listOf(
                "client_id",
                "client_secret",
                "client_secret_expires_at",
                "client_id_issued_at",
                "registration_access_token",
                "registration_client_uri",
            )) {
                test("must not name $member") {
                    val server = managing()

                    shouldThrow<IllegalArgumentException> {
                        server.registered().updateRegistration { member(member, "x") }
                    }.message shouldContain "\"$member\" must not be named"
                    server.received.shouldBeEmpty()
                }
            }

            for ((name, configure) in mapOf<String, RegistrationBuilder.() -> Unit>(
                "an initial access token" to { initialAccessToken = "x" },
                "a DPoP key" to { dpop = Dpop(SigningKey.generate("ES256")) },
                "settings" to { settings { } },
            )) {
                test("must not have $name, which are for the first registration") {
                    val server = managing()

                    shouldThrow<IllegalArgumentException> {
                        server.registered().updateRegistration(configure)
                    }.message shouldContain "are for the first registration"
                    server.received.shouldBeEmpty()
                }
            }

            test("that does not fit the settings is not sent") {
                val server = managing()
                val client =
                    server.registered("token_endpoint_auth_method" to text("private_key_jwt")) {
                        authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                    }

                for (configure in listOf<RegistrationBuilder.() -> Unit>(
                    { tokenEndpointAuthMethod("client_secret_basic") },
                    { responseTypes("id_token") },
                )) {
                    shouldThrow<IllegalArgumentException> { client.updateRegistration(configure) }
                }
                server.received.shouldBeEmpty()
            }

            test("that the server registers otherwise is refused, with all of it") {
                shouldThrow<RegistrationException> {
                    managing().registered().updateRegistration { idTokenSignedResponseAlg("ES256") }
                }.registration["client_id"] shouldBe text(CLIENT_ID)
            }
        }

        test("a registration is deleted with DELETE") {
            val recording = RecordingTransport { response("", status = 204) }
            StubServer().registered { transport = recording }.deleteRegistration()
            val sent = recording.requests.single()

            sent.method shouldBe "DELETE"
            sent.url shouldBe URI
            sent.headers["authorization"] shouldBe "Bearer t0ken-1"
            sent.body shouldBe null
        }

        val operations =
            mapOf<String, suspend OpenIdClient.() -> Any?>(
                "read" to { readRegistration() },
                "updated" to { updateRegistration { } },
                "deleted" to { deleteRegistration() },
            )
        for ((done, operation) in operations) {
            context("a registration that cannot be $done") {
                test("since the token is refused is a challenge") {
                    val challenge = mapOf("WWW-Authenticate" to "Bearer error=\"invalid_token\"")
                    val server = StubServer().answer("/register/$CLIENT_ID", "", 401, headers = challenge)

                    shouldThrow<WwwAuthenticateChallengeException> { server.registered().operation() }.error shouldBe
                        "invalid_token"
                }

                for (status in listOf(403, 405)) {
                    test("since the server answers $status is not offered there") {
                        val server = StubServer().answer("/register/$CLIENT_ID", "", status)

                        shouldThrow<InvalidResponseException> { server.registered().operation() }.message shouldContain
                            "the server does not offer this"
                    }
                }

                for (uri in listOf("https://evil.example.com/register", "https://as.example.com:8443/r")) {
                    test("since its place is of another origin: $uri") {
                        val server = managing()
                        val client = server.registered("registration_client_uri" to text(uri))

                        shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "permitUrl") {
                            client.operation()
                        }.reached shouldBe Reached.NO
                        server.received.shouldBeEmpty()
                    }
                }

                test("since its place is plain http, or no URL") {
                    val server = managing()
                    shouldThrow<MetadataException> {
                        server.registered("registration_client_uri" to text("http://as.example.com/r")).operation()
                    }
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "absolute URL") {
                        server.registered("registration_client_uri" to text("/register/x")).operation()
                    }
                    server.received.shouldBeEmpty()
                }

                test("since permitUrl does not permit its place") {
                    val server = managing()
                    val client =
                        server.registered("registration_client_uri" to text("https://m.example.com/r")) {
                            permitUrl { "m.example.com" !in it }
                        }

                    shouldThrow<MetadataException> { client.operation() }.code shouldBe
                        ErrorCode.HTTP_REQUEST_FORBIDDEN
                    server.received.shouldBeEmpty()
                }
            }

            test("a registration of another origin is $done where permitUrl permits it") {
                val recording = RecordingTransport { response(JsonObject(REGISTERED).toString()) }
                val uri = "https://m.example.com/r"
                val client =
                    StubServer().registered("registration_client_uri" to text(uri)) {
                        transport = recording
                        permitUrl { it == uri }
                    }
                client.operation()

                recording.requests.single().url shouldBe uri
            }
        }
    })
