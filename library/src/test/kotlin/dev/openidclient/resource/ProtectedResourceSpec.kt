package dev.openidclient.resource

import dev.openidclient.client.InsecureRequests
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.testing.Documents
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

private const val HOST = "https://a.ex"
private const val RESOURCE = "$HOST/mcp"
private const val DOCUMENT = "$HOST/.well-known/oauth-protected-resource/mcp"
private const val SERVER_DOCUMENT = "$ISSUER/.well-known/oauth-authorization-server"

private fun strings(vararg values: String) = JsonArray(values.map(::JsonPrimitive))

private fun document(
    vararg servers: String,
    resource: String = RESOURCE,
) = """{"resource":"$resource","authorization_servers":${strings(*servers)}}"""

private fun serverDocument(
    issuer: String = ISSUER,
    vararg changes: Pair<String, JsonElement?>,
) = serverMetadata("issuer" to JsonPrimitive(issuer), *changes).json.toString()

private suspend fun discover(
    server: Documents,
    url: String = RESOURCE,
    configure: ProtectedResourceSettings.() -> Unit = {},
): ProtectedResource =
    ProtectedResource.discover(url) {
        connection { transport = server.transport }
        configure()
    }

private fun challenge(url: String) = WwwAuthenticateChallenge("bearer", mapOf("resource_metadata" to url))

/** A resource that is [named] in its metadata. */
private suspend fun resource(named: String): ProtectedResource =
    ProtectedResource.discover("$named/a/b", challenge(DOCUMENT)) {
        connection { transport = Documents(DOCUMENT to document(ISSUER, resource = named)).transport }
        acceptCoveringResource()
    }

class ProtectedResourceSpec :
    FunSpec({
        context("its authorization server") {
            test("is the first that it names") {
                val server =
                    Documents(DOCUMENT to document(ISSUER, "https://b.ex"), SERVER_DOCUMENT to serverDocument())

                discover(server).authorizationServer().issuer shouldBe ISSUER
                server.asked shouldBe listOf(DOCUMENT, SERVER_DOCUMENT)
            }

            test("is the one that the program chooses among them") {
                val other = "https://b.ex/t"
                val server =
                    Documents(
                        DOCUMENT to document(ISSUER, other),
                        "https://b.ex/.well-known/openid-configuration/t" to serverDocument(other),
                    )

                discover(server).authorizationServer(other).issuer shouldBe other
            }

            test("is none that it does not name, letter for letter") {
                val server = Documents(DOCUMENT to document(ISSUER))
                val resource = discover(server)

                for (other in listOf("https://evil.ex", "$ISSUER/", "")) {
                    shouldThrow<IllegalArgumentException> { resource.authorizationServer(other) }
                        .message shouldContain ISSUER
                }
                server.asked shouldBe listOf(DOCUMENT)
            }

            test("is not another one where the first cannot be asked") {
                val other = "https://b.ex"
                val documents =
                    mapOf(
                        DOCUMENT to response(document(ISSUER, other)),
                        SERVER_DOCUMENT to response("", 503),
                        "$other/.well-known/oauth-authorization-server" to response(serverDocument(other)),
                    )
                val server = Documents(documents)

                shouldThrow<InvalidResponseException> { discover(server).authorizationServer() }.status shouldBe 503
                server.asked shouldBe listOf(DOCUMENT, SERVER_DOCUMENT)
            }

            test("must name itself as the resource names it") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                    "expected issuer \"$ISSUER\", got \"https://evil.ex\"",
                ) {
                    discover(
                        Documents(DOCUMENT to document(ISSUER), SERVER_DOCUMENT to serverDocument("https://evil.ex")),
                    ).authorizationServer()
                }
            }

            test("is missing where the resource names none") {
                val server = Documents(DOCUMENT to """{"resource":"$RESOURCE"}""")
                val e =
                    shouldFailWith<MetadataException>(
                        ErrorCode.MISSING_SERVER_METADATA,
                        "names no authorization server",
                    ) { discover(server).authorizationServer() }

                e.reached shouldBe Reached.NO
                server.asked shouldBe listOf(DOCUMENT)
            }

            test("is asked through the connection that was given, which stays open") {
                val server = Documents(DOCUMENT to document(ISSUER), SERVER_DOCUMENT to serverDocument())
                val given = server.connection()

                ProtectedResource.discover(RESOURCE) { connection = given }.authorizationServer().issuer shouldBe ISSUER
            }
        }

        context("whether the server lists it") {
            for ((listed, isListed) in listOf(
                strings(RESOURCE) to true,
                strings("https://b.ex", "HTTPS://A.ex:443/mcp") to true,
                strings("$RESOURCE/", HOST) to false,
                strings() to false,
                null to false,
            )) {
                test("is $isListed for ${listed ?: "no list"}, and only requireListed() minds") {
                    val server =
                        Documents(
                            DOCUMENT to document(ISSUER),
                            SERVER_DOCUMENT to serverDocument(ISSUER, "protected_resources" to listed),
                        )
                    val resource = discover(server)
                    val metadata = resource.authorizationServer()
                    resource.isListedBy(metadata) shouldBe isListed

                    val strict = discover(server) { requireListed() }
                    if (isListed) {
                        strict.authorizationServer()
                    } else {
                        val e =
                            shouldFailWith<ValidationException>(
                                ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                                "as requireListed() says",
                            ) { strict.authorizationServer() }
                        e.subject shouldBe ValidationSubject.RESOURCE
                        e.reached shouldBe Reached.ANSWERED
                    }
                }
            }
        }

        context("legacyEndpoints()") {
            val authorization = "$HOST/.well-known/oauth-authorization-server"
            val connect = "$HOST/.well-known/openid-configuration"

            test("takes the server at the origin, and names no resource to it") {
                val server = Documents(connect to serverDocument(HOST))
                val resource = discover(server) { legacyEndpoints() }

                resource.documentUrl.shouldBeNull()
                resource.indicators.shouldBeEmpty()
                resource.url shouldBe RESOURCE
                resource.metadata.authorizationServers shouldBe listOf(HOST)
                resource.authorizationServer().tokenEndpoint shouldBe "$ISSUER/token"
                server.asked.takeLast(2) shouldBe listOf(authorization, connect)
            }

            test("assumes endpoints and PKCE where there is no server metadata either") {
                val server = discover(Documents()) { legacyEndpoints() }.authorizationServer()

                server.issuer shouldBe HOST
                server.authorizationEndpoint shouldBe "$HOST/authorize"
                server.tokenEndpoint shouldBe "$HOST/token"
                server.registrationEndpoint shouldBe "$HOST/register"
                server.supportsPkce() shouldBe true
                server.authorizationResponseIssParameterSupported.shouldBeNull()
            }

            test("assumes nothing of a server that answers otherwise") {
                for (answer in listOf(response("", 500), response(serverDocument("https://evil.ex")))) {
                    val resource = discover(Documents(mapOf(authorization to answer))) { legacyEndpoints() }

                    shouldThrow<OAuthException> { resource.authorizationServer() }
                }
            }

            test("is nothing to a resource that has metadata") {
                val resource =
                    discover(Documents(DOCUMENT to document(ISSUER), SERVER_DOCUMENT to serverDocument())) {
                        legacyEndpoints()
                    }

                resource.indicators shouldBe listOf(RESOURCE)
                resource.authorizationServer().issuer shouldBe ISSUER
            }

            test("is off by default") {
                shouldThrow<MetadataException> { discover(Documents()) }.code shouldBe
                    ErrorCode.RESOURCE_METADATA_NOT_FOUND
            }
        }

        context("permitUrl") {
            val private =
                listOf(
                    "https://10.0.0.1",
                    "https://169.254.169.254",
                    "https://localhost",
                    "https://[::1]",
                    "https://db.internal",
                )

            fun isPublic(url: String) = private.none(url::startsWith)

            for (address in private) {
                test("keeps a challenge from leading to $address") {
                    val server = Documents()
                    val e =
                        shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "permitUrl") {
                            ProtectedResource.discover(RESOURCE, challenge("$address/meta")) {
                                connection {
                                    transport = server.transport
                                    permitUrl(::isPublic)
                                }
                            }
                        }

                    e.reached shouldBe Reached.NO
                    server.asked.shouldBeEmpty()
                }

                test("keeps a resource from leading to the server $address") {
                    val server = Documents(DOCUMENT to document(address))
                    val resource = discover(server) { connection { permitUrl(::isPublic) } }

                    shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "permitUrl") {
                        resource.authorizationServer()
                    }
                    server.asked shouldBe listOf(DOCUMENT)
                }
            }

            test("is not asked about the places of the resource itself, which the program named") {
                val server = Documents("$HOST/.well-known/oauth-protected-resource" to document(ISSUER))
                val asked = mutableListOf<String>()
                val resource =
                    discover(server) {
                        connection {
                            permitUrl { url ->
                                asked += url
                                false
                            }
                        }
                    }

                asked.shouldBeEmpty()
                shouldThrow<MetadataException> { resource.authorizationServer() }
                asked shouldBe listOf(SERVER_DOCUMENT)
            }

            test("is asked about each place of a server") {
                val asked = mutableListOf<String>()
                val server = Documents(DOCUMENT to document("$ISSUER/t"))
                val resource = discover(server) { connection { permitUrl { asked.add(it) } } }

                shouldThrow<MetadataException> { resource.authorizationServer() }.code shouldBe
                    ErrorCode.MISSING_SERVER_METADATA
                asked shouldBe
                    listOf(
                        "$ISSUER/.well-known/oauth-authorization-server/t",
                        "$ISSUER/.well-known/openid-configuration/t",
                        "$ISSUER/t/.well-known/openid-configuration",
                    )
            }
        }

        @OptIn(InsecureRequests::class)
        test("allowInsecureRequests() takes http for the resource, its document and its server") {
            val server =
                Documents(
                    "http://a.ex/.well-known/oauth-protected-resource" to
                        document("http://as.ex", resource = "http://a.ex"),
                    "http://as.ex/.well-known/oauth-authorization-server" to serverDocument("http://as.ex"),
                )

            discover(server, "http://a.ex") { connection { allowInsecureRequests() } }
                .authorizationServer()
                .issuer shouldBe "http://as.ex"
        }

        context("what it covers") {
            test("is its own path and what is below it, in whole segments") {
                val resource = resource("$HOST/api")

                for (url in listOf(
                    "$HOST/api",
                    "$HOST/api/x",
                    "$HOST/api?x=1",
                    "$HOST/api/x#y",
                    "HTTPS://A.ex:443/api/x",
                    "wss://a.ex/api",
                )) {
                    resource.covers(url) shouldBe true
                }
                for (url in listOf(
                    HOST,
                    "$HOST/api2",
                    "$HOST/API",
                    "$HOST/api/../x",
                    "$HOST/api/%2e%2e/x",
                    "http://a.ex/api",
                    "ws://a.ex/api",
                    "https://a.ex:8443/api",
                    "https://evil.ex/api",
                    "https://a.ex@evil.ex/api",
                    "https://a.ex.evil.ex/api",
                    "/api",
                    "",
                )) {
                    resource.covers(url) shouldBe false
                }
            }

            test("is all of an origin") {
                resource(HOST).covers("$HOST/any/thing") shouldBe true
                resource(HOST).covers(HOST) shouldBe true
                resource(HOST).covers("https://evil.ex") shouldBe false
            }

            test("is nothing but itself where it has a query") {
                val url = "$RESOURCE?x=1"
                val resource = discover(Documents("$DOCUMENT?x=1" to document(ISSUER, resource = url)), url)

                resource.covers(url) shouldBe true
                resource.covers(RESOURCE) shouldBe false
                resource.covers("$RESOURCE/y?x=1") shouldBe false
            }
        }

        test("prints its URL, and no query") {
            val url = "$RESOURCE?key=hush"

            discover(Documents("$DOCUMENT?key=hush" to document(ISSUER, resource = url)), url).toString() shouldBe
                "ProtectedResource($RESOURCE)"
        }
    })
