package dev.openidclient.agent

import dev.openidclient.client.Connection
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretJwt
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.registrationJson
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

private const val OTHER = "https://other.example.com"
private const val CALLBACK = "http://127.0.0.1:49152/callback"
private const val DOCUMENT = "https://app.example.com/oauth/client.json"

private val DOCUMENTS = "client_id_metadata_document_supported" to JsonPrimitive(true)
private val REGISTRATION = "registration_endpoint" to JsonPrimitive("$ISSUER/register")

/** One server, and the connection of whoever asks. */
private class World {
    val server = StubServer().answer("/register", registrationJson().toString(), status = 201)
    val connection =
        Connection.open {
            transport = server.transport
            clock = FIXED_CLOCK
        }

    suspend fun clientAt(
        metadata: AuthorizationServerMetadata = serverMetadata(),
        redirectUri: String? = CALLBACK,
        configure: ClientIdentitiesSettings.() -> Unit,
    ): IdentifiedClient = ClientIdentities(configure).clientAt(metadata, redirectUri, connection)

    suspend fun refusal(
        metadata: AuthorizationServerMetadata = serverMetadata(),
        redirectUri: String? = CALLBACK,
        configure: ClientIdentitiesSettings.() -> Unit,
    ): String {
        val e = shouldThrow<MetadataException> { clientAt(metadata, redirectUri, configure) }
        e.code shouldBe ErrorCode.CLIENT_NOT_REGISTERED
        e.reached shouldBe Reached.NO
        server.received.shouldBeEmpty()
        return e.message.orEmpty()
    }
}

private fun supporting(vararg members: Pair<String, JsonElement?>) = serverMetadata(*members)

class ClientIdentitiesSpec :
    FunSpec({
        context("the client that was given") {
            test("is used at just its issuer, with its settings, before everything else") {
                val world = World()
                val found =
                    world.clientAt(supporting(DOCUMENTS, REGISTRATION)) {
                        registered(OTHER, "other")
                        registered(ISSUER, "given") { clientSecret("hush") }
                        metadataDocument(DOCUMENT)
                        register()
                        ask { error("nobody is to be asked") }
                    }

                found.kind shouldBe ClientKind.GIVEN
                found.clientId shouldBe "given"
                found.client.metadata.clientSecret shouldBe "hush"
                found.client.connection shouldBeSameInstanceAs world.connection
                "$found" shouldNotContain "hush"
                world.server.received.shouldBeEmpty()
            }

            test("is used without a person too") {
                World().clientAt(redirectUri = null) { registered(ISSUER, "given") }.clientId shouldBe "given"
            }

            for (other in listOf("$ISSUER/", ISSUER.uppercase(), "$ISSUER:443", OTHER)) {
                test("is none at $ISSUER where it was given for $other: both are named") {
                    val message = World().refusal { registered(other, "given") { clientSecret("hush") } }

                    message shouldContain "no client at $ISSUER: registered(…) names $other only"
                    message shouldNotContain "hush"
                }
            }

            test("of another issuer is not in the way of a document, and nothing of it is sent") {
                val world = World()
                val found =
                    world.clientAt(supporting(DOCUMENTS)) {
                        registered(OTHER, "given") { clientSecret("hush") }
                        metadataDocument(DOCUMENT)
                    }

                found.clientId shouldBe DOCUMENT
                found.client.metadata.clientSecret shouldBe null
            }

            test("is named once for an issuer") {
                shouldThrow<IllegalArgumentException> {
                    ClientIdentities {
                        registered(ISSUER, "one")
                        registered(ISSUER, "another")
                    }
                }.message shouldContain "names $ISSUER twice"
            }

            test("is refused with a transport or a connection of its own, when it is named") {
                shouldThrow<IllegalArgumentException> {
                    ClientIdentities { registered(ISSUER, "one") { timeout = java.time.Duration.ofSeconds(1) } }
                }.message shouldContain "timeout cannot be set for one of the client identities"
                shouldThrow<IllegalArgumentException> {
                    ClientIdentities { registered(ISSUER, "one") { connection = World().connection } }
                }.message shouldContain "connection cannot be set"
            }

            test("is refused with an empty id or issuer") {
                shouldThrow<IllegalArgumentException> { ClientIdentities { registered(ISSUER, "") } }
                shouldThrow<IllegalArgumentException> { ClientIdentities { registered("", "one") } }
            }
        }

        context("the client of a metadata document") {
            test("is used where the server supports them, before a registration: its id is the URL, and it is public") {
                val world = World()
                world.server.answer("/token", """{"access_token":"a","token_type":"bearer"}""")
                val found =
                    world.clientAt(supporting(DOCUMENTS, REGISTRATION)) {
                        metadataDocument(DOCUMENT)
                        register()
                    }

                found.kind shouldBe ClientKind.DOCUMENT
                found.clientId shouldBe DOCUMENT
                found.client.clientCredentialsGrant()
                val form = world.server.lastTo("/token").form
                form["client_id"] shouldBe DOCUMENT
                form["client_secret"] shouldBe null
                form["client_assertion"] shouldBe null
            }

            test("authenticates with the key that it is given") {
                val world = World()
                world.server.answer("/token", """{"access_token":"a","token_type":"bearer"}""")
                val key = SigningKey.generate("ES256")

                world
                    .clientAt(supporting(DOCUMENTS)) {
                        metadataDocument(DOCUMENT) { authentication = PrivateKeyJwt(key) }
                    }.client
                    .clientCredentialsGrant()

                world.server.lastTo("/token").form["client_assertion"] shouldNotContain "null"
            }

            for (value in listOf("\"true\"", "1", "false", "null", "[true]")) {
                test("is none where the server says $value: only true says that it supports them") {
                    World().refusal(supporting("client_id_metadata_document_supported" to json(value))) {
                        metadataDocument(DOCUMENT)
                    } shouldContain "supports neither client id metadata documents nor registration"
                }
            }

            test("is none where the server does not say so, and a registration takes its place") {
                val world = World()

                world
                    .clientAt(supporting(REGISTRATION)) {
                        metadataDocument(DOCUMENT)
                        register()
                    }.kind shouldBe ClientKind.REGISTERED
            }

            test("has no secret") {
                for (secret in listOf<ClientIdentitiesSettings.() -> Unit>(
                    { metadataDocument(DOCUMENT) { clientSecret("hush") } },
                    { metadataDocument(DOCUMENT) { authentication = ClientSecretBasic("hush") } },
                )) {
                    val message = shouldThrow<IllegalArgumentException> { ClientIdentities(secret) }.message.orEmpty()
                    message shouldContain "has no secret"
                    message shouldNotContain "hush"
                }
            }

            test("is refused at a URL that is none of a document") {
                shouldThrow<IllegalArgumentException> {
                    ClientIdentities { metadataDocument("http://app.example.com/x") }
                }.message shouldContain "must be https"
            }

            test("uses a redirect URI of the document that this program serves, of a loopback address at any port") {
                val document =
                    ClientIdMetadataDocument(DOCUMENT) {
                        clientName("An agent")
                        redirectUris("http://127.0.0.1/callback", "https://app.example.com/callback")
                        grantTypes("authorization_code")
                    }
                val world = World()

                val found = world.clientAt(supporting(DOCUMENTS)) { metadataDocument(document) }
                found.clientId shouldBe DOCUMENT
                found.usesRefreshTokens shouldBe false
                shouldThrow<IllegalArgumentException> {
                    world.clientAt(supporting(DOCUMENTS), "https://app.example.com/elsewhere") {
                        metadataDocument(document)
                    }
                }.message shouldContain
                    "must be one of the \"redirect_uris\" of the client metadata document at $DOCUMENT"
            }
        }

        context("the client that somebody is asked for") {
            test("comes last, and is asked for once") {
                val world = World()
                val asked = mutableListOf<String>()
                val identities =
                    ClientIdentities {
                        metadataDocument(DOCUMENT)
                        register()
                        ask {
                            asked += it.issuer
                            ClientMetadata.parse("""{"client_id":"typed","client_secret":"hush"}""")
                        }
                    }

                repeat(2) {
                    val found = identities.clientAt(serverMetadata(), CALLBACK, world.connection)
                    found.kind shouldBe ClientKind.ASKED
                    found.clientId shouldBe "typed"
                    found.client.connection shouldBeSameInstanceAs world.connection
                }
                asked shouldBe listOf(ISSUER)
                identities.has(ISSUER) shouldBe true
            }

            test("is asked for once more after the server refused it") {
                val world = World()
                var count = 0
                val identities =
                    ClientIdentities { ask { ClientMetadata.parse("""{"client_id":"typed-${++count}"}""") } }
                val first = identities.clientAt(serverMetadata(), CALLBACK, world.connection)

                identities.refused(first) shouldBe true
                identities.clientAt(serverMetadata(), CALLBACK, world.connection).clientId shouldBe "typed-2"
                // told by another caller who had the first one
                identities.refused(first) shouldBe true
                identities.clientAt(serverMetadata(), CALLBACK, world.connection).clientId shouldBe "typed-2"
            }

            test("is none where nobody knows, and whoever asks later asks again") {
                var count = 0
                val message =
                    World().refusal {
                        ask {
                            count++
                            null
                        }
                    }

                message shouldContain "whoever was asked knows none"
                count shouldBe 1
            }
        }

        context("where there is none, the message says what the server offers:") {
            test("client id metadata documents and registration, where the program is set up for neither") {
                World().refusal(supporting(DOCUMENTS, REGISTRATION)) { registered(OTHER, "other") } shouldBe
                    "this program has no client at $ISSUER: registered(…) names $OTHER only, but the server supports " +
                    "client id metadata documents (metadataDocument(url)) and registration (register { }); say that, " +
                    "or have a client registered there and say registered(\"$ISSUER\", clientId)"
            }

            test("nothing, where all that is left is its operator") {
                World().refusal { register() } shouldBe
                    "this program has no client at $ISSUER: registered(…) names none, and the server supports " +
                    "neither client id metadata documents nor registration: have a client registered there, and say " +
                    "registered(\"$ISSUER\", clientId)"
            }

            test("without a person, that only a client that was given will do") {
                World().refusal(supporting(DOCUMENTS, REGISTRATION), redirectUri = null) {
                    metadataDocument(DOCUMENT)
                    register()
                    ask { error("nobody is to be asked") }
                } shouldContain "without a person only a client that was given will do"
            }
        }

        test("a client that was given, or is of a document, is not made again when the server refuses it") {
            val world = World()
            val identities =
                ClientIdentities {
                    registered(OTHER, "other")
                    metadataDocument(DOCUMENT)
                }

            identities.refused(identities.clientAt(supporting(DOCUMENTS), CALLBACK, world.connection)) shouldBe false
            val elsewhere = serverMetadata("issuer" to JsonPrimitive(OTHER))
            identities.refused(identities.clientAt(elsewhere, CALLBACK, world.connection)) shouldBe false
        }

        test("which clients there are already is known without asking a server") {
            val identities = ClientIdentities { registered(ISSUER, "given").metadataDocument(DOCUMENT).register() }

            identities.has(ISSUER) shouldBe true
            identities.has(OTHER) shouldBe false
        }

        test("nothing at all, or a time that is none, is refused") {
            shouldThrow<IllegalArgumentException> { ClientIdentities { } }.message shouldContain "need one at least"
            shouldThrow<IllegalArgumentException> {
                ClientIdentities { register().storeTimeout = java.time.Duration.ZERO }
            }.message shouldContain "storeTimeout must be positive"
        }

        test("a registration at whatever server has no secret, which any of them would get") {
            val secrets =
                listOf<RegistrationBuilder.() -> Unit>(
                    { initialAccessToken = "hush" },
                    { settings { authentication = ClientSecretBasic("hush") } },
                    { settings { authentication = ClientSecretPost("hush") } },
                    { settings { authentication = ClientSecretJwt("hush") } },
                )
            for (secret in secrets) {
                val refusal = shouldThrow<IllegalArgumentException> { ClientIdentities { register(secret) } }
                refusal.message shouldContain "say registered(issuer, clientId)"
                refusal.message shouldNotContain "hush"
            }
        }

        test("shows who it knows, and no secret") {
            val shown =
                ClientIdentities {
                    registered(ISSUER, "given") { clientSecret("hush") }
                    metadataDocument(DOCUMENT)
                    register()
                }.toString()

            shown shouldContain ISSUER
            shown shouldContain DOCUMENT
            shown shouldNotContain "hush"
        }
    })
