package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.USER_AGENT
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Documents
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSingleton
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException

private const val TENANT = "$ISSUER/t"
private const val ROOT_OAUTH2 = "$ISSUER/.well-known/oauth-authorization-server"
private const val ROOT_OIDC = "$ISSUER/.well-known/openid-configuration"
private const val TENANT_OAUTH2 = "$ISSUER/.well-known/oauth-authorization-server/t"
private const val TENANT_OIDC = "$ISSUER/.well-known/openid-configuration/t"
private const val TENANT_APPENDED = "$ISSUER/t/.well-known/openid-configuration"

private fun document(issuer: String) = serverMetadata("issuer" to JsonPrimitive(issuer)).json.toString()

private suspend fun discover(
    server: Documents,
    issuer: String = TENANT,
): AuthorizationServerMetadata =
    AuthorizationServerMetadata.discover(issuer) { connection { transport = server.transport } }

/** [first] is the answer of the first place; all others have a proper document. */
private fun afterFirst(first: HttpResponse) =
    Documents(
        mapOf(
            TENANT_OAUTH2 to first,
            TENANT_OIDC to response(document(TENANT)),
            TENANT_APPENDED to response(document(TENANT)),
        ),
    )

class ServerDiscoverySpec :
    FunSpec({
        context("an issuer without a path") {
            test("is asked for the document of OAuth 2, and for nothing else where that is there") {
                val server = Documents(ROOT_OAUTH2 to document(ISSUER), ROOT_OIDC to document(ISSUER))

                discover(server, ISSUER).issuer shouldBe ISSUER
                server.asked shouldBe listOf(ROOT_OAUTH2)
            }

            test("is asked for the document of OpenID Connect next") {
                val server = Documents(ROOT_OIDC to document(ISSUER))

                discover(server, ISSUER).issuer shouldBe ISSUER
                server.asked shouldBe listOf(ROOT_OAUTH2, ROOT_OIDC)
            }

            test("may name itself with the slash of a bare origin, and without") {
                discover(Documents(ROOT_OAUTH2 to document("$ISSUER/")), ISSUER).issuer shouldBe "$ISSUER/"
                discover(Documents(ROOT_OAUTH2 to document(ISSUER)), "$ISSUER/").issuer shouldBe ISSUER
            }
        }

        context("an issuer with a path") {
            for ((index, place) in listOf(TENANT_OAUTH2, TENANT_OIDC, TENANT_APPENDED).withIndex()) {
                test("is found at place ${index + 1}") {
                    val server = Documents(place to document(TENANT))

                    discover(server).issuer shouldBe TENANT
                    server.asked shouldBe listOf(TENANT_OAUTH2, TENANT_OIDC, TENANT_APPENDED).take(index + 1)
                }
            }

            test("is never looked for at the root") {
                val server = Documents(ROOT_OAUTH2 to document(TENANT), ROOT_OIDC to document(TENANT))

                shouldThrow<MetadataException> { discover(server) }
                server.asked shouldBe listOf(TENANT_OAUTH2, TENANT_OIDC, TENANT_APPENDED)
            }
        }

        test("a request says what it takes and who asks") {
            val server = Documents(TENANT_OAUTH2 to document(TENANT))
            discover(server)

            server.requests.single().method shouldBe "GET"
            server.requests.single().headers.toMap() shouldBe
                mapOf("accept" to listOf("application/json"), "user-agent" to listOf(USER_AGENT))
        }

        for (status in listOf(400, 401, 403, 404, 405, 410, 429, 499)) {
            test("the next place is asked after status $status") {
                val server = afterFirst(response("{}", status))

                discover(server).issuer shouldBe TENANT
                server.asked shouldBe listOf(TENANT_OAUTH2, TENANT_OIDC)
            }
        }

        for (status in listOf(201, 204, 301, 302, 307, 399, 500, 503)) {
            test("no other place is asked after status $status, which is an error") {
                val server = afterFirst(response(document(TENANT), status))

                shouldFailWith<InvalidResponseException>(
                    ErrorCode.RESPONSE_IS_NOT_CONFORM,
                    "expected status 200, got $status",
                ) { discover(server) }.status shouldBe status
                server.asked.shouldBeSingleton()
            }
        }

        test("a redirect is not followed") {
            val server =
                Documents(
                    mapOf(TENANT_OAUTH2 to HttpResponse(302, HttpHeaders.of("location" to ROOT_OAUTH2), ByteArray(0))),
                )

            shouldThrow<InvalidResponseException> { discover(server) }.message shouldContain
                "got 302 to $ROOT_OAUTH2: redirects are not followed"
            server.asked.shouldBeSingleton()
        }

        for (body in listOf("<html>", "[]", "", "{}", """{"issuer":""}""")) {
            test("a document with status 200 is final, whatever it holds: $body") {
                val server = afterFirst(response(body))

                shouldThrow<InvalidResponseException> { discover(server) }
                server.asked.shouldBeSingleton()
            }
        }

        test("a page where the document was to be is told as final") {
            val page = response("<html>", contentType = "text/html")

            shouldThrow<InvalidResponseException> { discover(afterFirst(page)) }
                .message shouldContain "; an answer with status 200 is final: no other place is asked"
        }

        test("a network that fails is an error at once") {
            var sent = 0
            val transport =
                HttpTransport {
                    sent++
                    throw IOException("cut")
                }

            shouldThrow<TransportException> {
                AuthorizationServerMetadata.discover(TENANT) { connection { this.transport = transport } }
            }
            sent shouldBe 1
        }

        val others =
            listOf("$TENANT/", "HTTPS://as.example.com/t", "https://as.example.com:443/t", ISSUER, "https://evil.ex/t")
        for (named in others) {
            test("a document of the issuer $named is refused, and no other place is asked") {
                val server = afterFirst(response(document(named)))

                shouldFailWith<ValidationException>(
                    ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                    "expected issuer \"$TENANT\", got \"$named\"",
                ) { discover(server) }.reached shouldBe Reached.ANSWERED
                server.asked.shouldBeSingleton()
            }
        }

        test("no document anywhere is told with every place and its answer") {
            val server = Documents(mapOf(TENANT_OIDC to response("", 403)))
            val e = shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, TENANT) { discover(server) }

            e.message shouldContain
                "$TENANT_OAUTH2 answered 404, $TENANT_OIDC answered 403, $TENANT_APPENDED answered 404"
            e.reached shouldBe Reached.ANSWERED
        }

        for (wrong in listOf("as.example.com", "$ISSUER?x=hush", "$ISSUER#x", ROOT_OIDC)) {
            test("what is no issuer is refused before anything is sent: $wrong") {
                val server = Documents()

                shouldThrow<IllegalArgumentException> { discover(server, wrong) }.message shouldNotContain "hush"
                server.asked.shouldBeEmpty()
            }
        }

        test("plain http is refused without the setting that permits it") {
            shouldThrow<MetadataException> { discover(Documents(), "http://as.example.com") }.code shouldBe
                ErrorCode.HTTP_REQUEST_FORBIDDEN
        }

        test("a connection that is given stays open, and excludes settings of another") {
            val server = Documents(ROOT_OAUTH2 to document(ISSUER))
            val given = server.connection()
            AuthorizationServerMetadata.discover(ISSUER) { connection = given }
            AuthorizationServerMetadata.discover(ISSUER) { connection(given) }

            shouldThrow<IllegalArgumentException> {
                AuthorizationServerMetadata.discover(ISSUER) {
                    connection(given)
                    connection { maximumResponseSize = 1 }
                }
            }.message shouldContain "Connection.open { }"
        }

        context("with DiscoveryAlgorithm.ANY, in the same places,") {
            test("a client discovers its server") {
                val server = Documents(TENANT_OIDC to document(TENANT))
                val client =
                    OpenIdClient.discover(TENANT, CLIENT_ID) {
                        transport = server.transport
                        discoveryAlgorithm = DiscoveryAlgorithm.ANY
                    }

                client.server.issuer shouldBe TENANT
                server.asked shouldBe listOf(TENANT_OAUTH2, TENANT_OIDC)
            }

            test("a client that finds nobody says where it looked") {
                shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "$TENANT_APPENDED answered 404") {
                    OpenIdClient.discover(TENANT, CLIENT_ID) {
                        transport = Documents().transport
                        discoveryAlgorithm = DiscoveryAlgorithm.ANY
                    }
                }
            }

            test("the URL of a document is asked alone") {
                val server = Documents(ROOT_OIDC to document("https://other.example.com"))
                OpenIdClient.discover(ROOT_OIDC, CLIENT_ID) {
                    transport = server.transport
                    discoveryAlgorithm = DiscoveryAlgorithm.ANY
                }

                server.asked shouldBe listOf(ROOT_OIDC)
            }

            test("a client that is made lazily finds its server, and one that has gone is a failure like any other") {
                runTest {
                    val documents = mutableMapOf(TENANT_APPENDED to response(document(TENANT)))
                    val server = Documents(documents)
                    val lazily =
                        OpenIdClient.lazily(TENANT, CLIENT_ID) {
                            transport = server.transport
                            discoveryAlgorithm = DiscoveryAlgorithm.ANY
                            coroutineContext = backgroundScope.coroutineContext
                        }

                    lazily.client().server.issuer shouldBe TENANT
                    documents.clear()
                    shouldThrow<MetadataException> { lazily.refresh() }
                    lazily.client().server.issuer shouldBe TENANT
                }
            }

            test("the fallback of a lazy client must be of just that issuer") {
                shouldThrow<IllegalArgumentException> {
                    OpenIdClient.lazily(TENANT, CLIENT_ID) {
                        discoveryAlgorithm = DiscoveryAlgorithm.ANY
                        fallbackMetadata(document("$TENANT/"))
                    }
                }.message shouldContain "fallbackMetadata"
            }

            test("a registry finds the servers of its clients") {
                runTest {
                    val server = Documents(TENANT_OIDC to document(TENANT))
                    val registry =
                        ClientRegistry {
                            transport = server.transport
                            coroutineContext = backgroundScope.coroutineContext
                            find { ClientEntry(CLIENT_ID) { discoveryAlgorithm = DiscoveryAlgorithm.ANY } }
                        }

                    registry.client(TENANT).server.issuer shouldBe TENANT
                }
            }

            test("a document for many tenants is refused, with the way to one of them") {
                shouldThrow<ValidationException> {
                    discover(Documents(TENANT_OAUTH2 to document("$ISSUER/{tenantid}/v2.0")))
                }.message shouldContain "with the tenant's id in place of \"{tenantid}\""
            }
        }
    })
