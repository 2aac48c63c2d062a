package dev.openidclient.resource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.USER_AGENT
import dev.openidclient.testing.Documents
import dev.openidclient.testing.response
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSingleton
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.IOException

private const val HOST = "https://a.ex"
private const val WELL_KNOWN = "$HOST/.well-known/oauth-protected-resource"
private const val ELSEWHERE = "https://meta.example.com/any/where"

private fun document(
    resource: String,
    more: String = "",
) = """{"resource":"$resource"$more}"""

private fun challenge(url: String) = WwwAuthenticateChallenge("bearer", mapOf("resource_metadata" to url))

private suspend fun discover(
    server: Documents,
    url: String = "$HOST/mcp",
    challenge: WwwAuthenticateChallenge? = null,
    configure: ProtectedResourceSettings.() -> Unit = {},
): ProtectedResource =
    ProtectedResource.discover(url, challenge) {
        connection { transport = server.transport }
        configure()
    }

/** What is asked where there is nothing anywhere. */
private suspend fun places(
    url: String,
    challenge: WwwAuthenticateChallenge? = null,
): List<String> {
    val nothing = Documents()
    shouldThrow<MetadataException> { discover(nothing, url, challenge) }
    return nothing.asked
}

class ResourceDiscoverySpec :
    FunSpec({
        context("where the metadata are:") {
            test("a bare origin has one place, with and without its slash") {
                places(HOST) shouldBe listOf(WELL_KNOWN)
                places("$HOST/") shouldBe listOf(WELL_KNOWN)
            }

            test("a path is inserted, and then the origin is asked") {
                places("$HOST/mcp") shouldBe listOf("$WELL_KNOWN/mcp", WELL_KNOWN)
            }

            test("a query is kept where the path is inserted") {
                places("$HOST/t/mcp?x=1") shouldBe listOf("$WELL_KNOWN/t/mcp?x=1", WELL_KNOWN)
                places("$HOST/?x=1") shouldBe listOf("$WELL_KNOWN?x=1")
            }

            test("the slash behind a path is kept") {
                places("$HOST/mcp/") shouldBe listOf("$WELL_KNOWN/mcp/", WELL_KNOWN)
            }

            test("a fragment is dropped") {
                places("$HOST/mcp#x") shouldBe listOf("$WELL_KNOWN/mcp", WELL_KNOWN)
            }

            test("what the challenge names is asked, and nothing else") {
                places("$HOST/mcp", challenge(ELSEWHERE)) shouldBe listOf(ELSEWHERE)
                places("$HOST/mcp", challenge("$ELSEWHERE?x=1#y")) shouldBe listOf("$ELSEWHERE?x=1")
            }

            test("a challenge that names nothing changes nothing") {
                places("$HOST/mcp", WwwAuthenticateChallenge("bearer", emptyMap())) shouldBe
                    listOf("$WELL_KNOWN/mcp", WELL_KNOWN)
            }

            test("a document at the path keeps the origin from being asked") {
                val server = Documents("$WELL_KNOWN/mcp" to document("$HOST/mcp"), WELL_KNOWN to document(HOST))
                val resource = discover(server)

                server.asked shouldBe listOf("$WELL_KNOWN/mcp")
                resource.documentUrl shouldBe "$WELL_KNOWN/mcp"
                resource.url shouldBe "$HOST/mcp"
            }

            test("the resource is as it was asked for, and its token as the document spells it") {
                val resource = discover(Documents("$WELL_KNOWN/mcp" to document("HTTPS://A.ex:443/mcp")), "$HOST/mcp#x")

                resource.url shouldBe "$HOST/mcp"
                resource.metadata.resource shouldBe "HTTPS://A.ex:443/mcp"
                resource.indicators shouldBe listOf("HTTPS://A.ex:443/mcp")
            }
        }

        context("what is answered:") {
            test("the request says what it takes and who asks") {
                val server = Documents("$WELL_KNOWN/mcp" to document("$HOST/mcp"))
                discover(server)

                server.requests.single().method shouldBe "GET"
                server.requests.single().headers.toMap() shouldBe
                    mapOf("accept" to listOf("application/json"), "user-agent" to listOf(USER_AGENT))
            }

            for (status in listOf(401, 403, 404, 405, 410)) {
                test("status $status is no document: the next place is asked") {
                    val server =
                        Documents(
                            mapOf(
                                "$WELL_KNOWN/mcp" to response("{}", status),
                                WELL_KNOWN to response(document("$HOST/mcp")),
                            ),
                        )

                    discover(server).documentUrl shouldBe WELL_KNOWN
                }
            }

            for (status in listOf(201, 204, 301, 302, 308, 400, 406, 429, 500, 502, 503)) {
                test("status $status is an error, and the next place is not asked") {
                    val server =
                        Documents(
                            mapOf(
                                "$WELL_KNOWN/mcp" to response(document("$HOST/mcp"), status),
                                WELL_KNOWN to response(document("$HOST/mcp")),
                            ),
                        )

                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.RESPONSE_IS_NOT_CONFORM,
                        "expected status 200, got $status",
                    ) { discover(server) }
                    server.asked.shouldBeSingleton()
                }
            }

            test("a redirect is an error that says where to") {
                val redirect = HttpResponse(302, HttpHeaders.of("location" to ELSEWHERE), ByteArray(0))

                shouldThrow<InvalidResponseException> { discover(Documents(mapOf("$WELL_KNOWN/mcp" to redirect))) }
                    .message shouldContain "got 302 to $ELSEWHERE: redirects are not followed"
            }

            test("an outage is never a document that is not there") {
                var sent = 0
                val transport =
                    HttpTransport {
                        sent++
                        throw IOException("cut")
                    }

                shouldThrow<TransportException> {
                    ProtectedResource.discover("$HOST/mcp") {
                        connection { this.transport = transport }
                        legacyEndpoints()
                    }
                }
                sent shouldBe 1
            }

            test("nothing anywhere is told with every place and its answer") {
                val server = Documents(mapOf(WELL_KNOWN to response("", 403)))
                val e =
                    shouldFailWith<MetadataException>(ErrorCode.RESOURCE_METADATA_NOT_FOUND, "\"$HOST/mcp\"") {
                        discover(server)
                    }

                e.message shouldContain "$WELL_KNOWN/mcp answered 404, $WELL_KNOWN answered 403"
                e.reached shouldBe Reached.ANSWERED
            }

            test("nothing where the challenge says is told so, also with legacyEndpoints()") {
                shouldFailWith<MetadataException>(
                    ErrorCode.RESOURCE_METADATA_NOT_FOUND,
                    "$ELSEWHERE answered 404; its challenge names that document",
                ) { discover(Documents(), challenge = challenge(ELSEWHERE)) { legacyEndpoints() } }
            }

            test("no key in a query is shown") {
                val secretive = "$HOST/mcp?key=hush"

                shouldThrow<MetadataException> { discover(Documents(), secretive) }.message shouldNotContain "hush"
                shouldThrow<ValidationException> {
                    discover(Documents("$WELL_KNOWN/mcp?key=hush" to document("$HOST/other?key=hush")), secretive)
                }.message shouldNotContain "hush"
            }
        }

        context("the document:") {
            for ((body, code) in listOf(
                "<html>" to ErrorCode.PARSE_ERROR,
                "[]" to ErrorCode.INVALID_RESPONSE,
                "\"x\"" to ErrorCode.INVALID_RESPONSE,
                "" to ErrorCode.RESPONSE_IS_NOT_JSON,
            )) {
                test("is a JSON object, not \"$body\"") {
                    shouldThrow<InvalidResponseException> { discover(Documents("$WELL_KNOWN/mcp" to body)) }
                        .code shouldBe code
                }
            }

            val nameless =
                listOf("{}", """{"resource":""}""", """{"resource":null}""", """{"resource":["$HOST/mcp"]}""")
            for (body in nameless) {
                test("names a resource, not $body") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"resource\" must be") {
                        discover(Documents("$WELL_KNOWN/mcp" to body))
                    }
                }
            }

            for ((asked, named) in listOf(
                "$HOST/mcp" to "$HOST/mcp",
                "$HOST/mcp" to "HTTPS://A.EX:443/mcp",
                HOST to "$HOST/",
                "$HOST/" to HOST,
                "HTTPS://a.ex:443" to HOST,
            )) {
                test("is taken with \"resource\" $named for $asked") {
                    val place = if ("mcp" in asked) "$WELL_KNOWN/mcp" else WELL_KNOWN

                    discover(Documents(place to document(named)), asked).metadata.resource shouldBe named
                }
            }

            test("is taken with the query that was asked for, and refused without it") {
                val url = "$HOST/mcp?x=1"
                discover(Documents("$WELL_KNOWN/mcp?x=1" to document(url)), url).metadata.resource shouldBe url

                shouldThrow<ValidationException> {
                    discover(Documents("$WELL_KNOWN/mcp?x=1" to document("$HOST/mcp")), url)
                }
            }

            for (named in listOf(
                "$HOST/mcp/",
                "$HOST/MCP",
                "$HOST/mcp2",
                "$HOST/mcp?x=1",
                "$HOST/mcp#x",
                HOST,
                "http://a.ex/mcp",
                "https://a.ex:8443/mcp",
                "https://evil.ex/mcp",
                "https://a.ex.evil.ex/mcp",
                "https://a.ex@evil.ex/mcp",
                "mcp",
            )) {
                test("is refused at the place of its path with \"resource\" $named, and nothing further is requested") {
                    val server =
                        Documents("$WELL_KNOWN/mcp" to document(named), WELL_KNOWN to document("$HOST/mcp"))
                    val e =
                        shouldFailWith<ValidationException>(
                            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                            "expected \"resource\" \"$HOST/mcp\", got",
                        ) { discover(server) { acceptCoveringResource() } }

                    e.subject shouldBe ValidationSubject.RESOURCE
                    e.reached shouldBe Reached.ANSWERED
                    server.asked.shouldBeSingleton()
                }
            }
        }

        context("a resource that covers the one that is asked for:") {
            val wide = listOf(HOST, "$HOST/", "$HOST/api", "$HOST/api/", "$HOST/api/x")
            for (named in wide) {
                test("$named is taken at the origin with acceptCoveringResource(), and only so") {
                    val server = Documents(WELL_KNOWN to document(named))

                    discover(server, "$HOST/api/x/y") { acceptCoveringResource() }.metadata.resource shouldBe named
                    shouldFailWith<ValidationException>(
                        ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
                        "acceptCoveringResource() in the settings takes it",
                    ) { discover(server, "$HOST/api/x/y") }
                }

                test("$named is taken where the challenge says with acceptCoveringResource(), and only so") {
                    val server = Documents(ELSEWHERE to document(named))

                    discover(server, "$HOST/api/x/y", challenge(ELSEWHERE)) { acceptCoveringResource() }
                        .metadata.resource shouldBe named
                    shouldThrow<ValidationException> { discover(server, "$HOST/api/x/y", challenge(ELSEWHERE)) }
                }
            }

            val foreign =
                listOf("$HOST/api2", "$HOST/ap", "$HOST/api/x?y=1", "$HOST/api#x", "https://b.ex/api", "http://a.ex")
            for (named in foreign) {
                test("$named covers nothing of $HOST/api/x") {
                    val server = Documents(WELL_KNOWN to document(named), ELSEWHERE to document(named))

                    for (challenge in listOf(null, challenge(ELSEWHERE))) {
                        shouldThrow<ValidationException> {
                            discover(server, "$HOST/api/x", challenge) { acceptCoveringResource() }
                        }.message shouldNotContain "acceptCoveringResource"
                    }
                }
            }

            test("the requested URL itself is taken at the origin and where the challenge says, without any setting") {
                discover(Documents(WELL_KNOWN to document("$HOST/mcp"))).documentUrl shouldBe WELL_KNOWN
                discover(Documents(ELSEWHERE to document("$HOST/mcp")), challenge = challenge(ELSEWHERE))
                    .documentUrl shouldBe ELSEWHERE
            }
        }

        context("the authorization servers:") {
            for (servers in listOf(
                "\"https://as.ex\"",
                "[1]",
                "[]",
                "[\"as.ex\"]",
                "[\"\"]",
                "[\"https://as.ex\",\"http://as.ex\"]",
                "[\"ftp://as.ex\"]",
                "[\"https://as.ex?x=1\"]",
                "[\"https://as.ex#x\"]",
                "[\"https://user@as.ex\"]",
                "[\"https://as.ex/.well-known/openid-configuration\"]",
            )) {
                test("$servers is refused") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "\"authorization_servers\" must be",
                    ) {
                        discover(
                            Documents(
                                "$WELL_KNOWN/mcp" to document("$HOST/mcp", ""","authorization_servers":$servers"""),
                            ),
                        )
                    }
                }
            }

            test("may be absent") {
                discover(Documents("$WELL_KNOWN/mcp" to document("$HOST/mcp")))
            }
        }

        context("what is wrong before anything is sent:") {
            for (url in listOf("a.ex/mcp", "", "https://user:hush@a.ex")) {
                test("a resource that is no absolute URL: \"$url\"") {
                    val server = Documents()

                    shouldThrow<IllegalArgumentException> { discover(server, url) }.message shouldNotContain "hush"
                    server.asked.shouldBeEmpty()
                }
            }

            test("a resource that is not https") {
                val e = shouldThrow<MetadataException> { discover(Documents(), "http://a.ex") }

                e.code shouldBe ErrorCode.HTTP_REQUEST_FORBIDDEN
                e.reached shouldBe Reached.NO
            }

            test("a document of the challenge that is not https") {
                shouldThrow<MetadataException> { discover(Documents(), challenge = challenge("http://a.ex/meta")) }
                    .code shouldBe ErrorCode.HTTP_REQUEST_FORBIDDEN
            }

            for (url in listOf("", "/meta", "meta", "https://user@a.ex/meta")) {
                test("a document of the challenge that is no absolute URL: \"$url\"") {
                    val server = Documents()

                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"resource_metadata\"") {
                        discover(server, challenge = challenge(url))
                    }
                    server.asked.shouldBeEmpty()
                }
            }

            test("settings that exclude each other") {
                shouldThrow<IllegalArgumentException> {
                    discover(Documents()) {
                        requireListed()
                        legacyEndpoints()
                    }
                }.message shouldContain "exclude each other"
            }
        }
    })
