package dev.openidclient.client

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration

private const val DOCUMENT = """{"issuer":"$ISSUER"}"""

@OptIn(InsecureRequests::class)
class DiscoveryFailureSpec :
    FunSpec({
        context("an answer") {
            for (status in listOf(302, 401, 404, 500, 503)) {
                test("is refused with status $status, whatever its body") {
                    for (body in listOf(response(DOCUMENT, status), response("<html>", status, "text/html"))) {
                        val e = shouldThrow<InvalidResponseException> { discover(body) }

                        e.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                        e.status shouldBe status
                    }
                }
            }

            test("is refused for its status where it has an OAuth error or a challenge") {
                val challenged = HttpResponse(401, HttpHeaders.of("www-authenticate" to "Basic"))
                for (answer in listOf(response("""{"error":"invalid_request"}""", status = 400), challenged)) {
                    shouldThrow<InvalidResponseException> { discover(answer) }.code shouldBe
                        ErrorCode.RESPONSE_IS_NOT_CONFORM
                }
            }

            test("that redirects is refused, and not followed") {
                val headers = HttpHeaders.of("location" to "$ISSUER/other")
                val transport = RecordingTransport { HttpResponse(302, headers) }
                val e = shouldThrow<InvalidResponseException> { discover(transport) }

                e.message shouldContain "redirects are not followed"
                transport.requests.size shouldBe 1
            }

            test("is refused where it is no JSON and does not say that it is") {
                shouldThrow<InvalidResponseException> { discover(response("<html>", contentType = "text/html")) }
                    .code shouldBe ErrorCode.RESPONSE_IS_NOT_JSON
            }

            test("is refused where it is no JSON but says that it is") {
                shouldThrow<InvalidResponseException> { discover(response("<html>")) }.code shouldBe
                    ErrorCode.PARSE_ERROR
            }

            test("is taken where it is JSON but does not say so") {
                discover(response(DOCUMENT, contentType = "text/plain")).server.issuer shouldBe ISSUER
            }

            for (body in listOf("[]", "null", "\"$ISSUER\"", "1")) {
                test("is refused where it is no object but $body") {
                    shouldThrow<InvalidResponseException> { discover(response(body)) }.code shouldBe
                        ErrorCode.INVALID_RESPONSE
                }
            }

            for (body in listOf(
                "{}",
                """{"issuer":null}""",
                """{"issuer":""}""",
                """{"issuer":1}""",
                """{"issuer":["$ISSUER"]}""",
            )) {
                test("is refused where its issuer is none: $body") {
                    val e = shouldThrow<InvalidResponseException> { discover(response(body)) }

                    e.code shouldBe ErrorCode.INVALID_RESPONSE
                    e.message shouldContain "\"issuer\" must be a non-empty string"
                }
            }

            test("is refused beyond the bound of its size") {
                shouldThrow<InvalidResponseException> { discover(response(DOCUMENT)) { maximumResponseSize = 8 } }
                    .code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
            }
        }

        context("an issuer that nobody is asked for:") {
            val transport = RecordingTransport { response(DOCUMENT) }

            beforeTest { transport.requests.clear() }

            for (issuer in listOf(
                "",
                "as.example.com",
                "/t",
                "https://",
                "https:as.example.com",
                "https://a b",
            )) {
                test("\"$issuer\" is no absolute URL") {
                    shouldThrow<IllegalArgumentException> { discover(transport, issuer) }
                        .message shouldBe
                        "the issuer must be an absolute URL, as https://as.example.com, but is \"$issuer\""
                    transport.requests.shouldBeEmpty()
                }
            }

            test("a host that browsers read otherwise is told with the one to write") {
                shouldThrow<IllegalArgumentException> { discover(transport, "https://stra\u00DFe.example") }
                    .message shouldContain "write its host as xn--strae-oqa.example, which is where browsers go"
            }

            for (issuer in listOf(
                "http://as.example.com",
                "http://localhost",
                "ftp://as.ex",
                "http://as.ex/.well-known/x",
            )) {
                test("$issuer is not https") {
                    shouldThrow<MetadataException> { discover(transport, issuer) }.code shouldBe
                        ErrorCode.HTTP_REQUEST_FORBIDDEN
                    transport.requests.shouldBeEmpty()
                }
            }

            test("ftp://as.ex is neither https nor http, where that is allowed") {
                shouldThrow<MetadataException> { discover(transport, "ftp://as.ex") { allowInsecureRequests() } }
                    .code shouldBe ErrorCode.REQUEST_PROTOCOL_FORBIDDEN
                transport.requests.shouldBeEmpty()
            }
        }

        context("no answer") {
            test("within 30 seconds is a timeout") {
                runTest {
                    shouldThrow<TransportException> { discover({ awaitCancellation() }) }.code shouldBe
                        ErrorCode.TIMEOUT
                    currentTime shouldBe 30_000
                }
            }

            test("within the timeout of the settings is one") {
                runTest {
                    shouldThrow<TransportException> {
                        discover({ awaitCancellation() }) {
                            timeout =
                                Duration.ofSeconds(2)
                        }
                    }
                    currentTime shouldBe 2000
                }
            }

            test("for a failure of the network is a TransportException") {
                shouldThrow<TransportException> { discover({ throw IOException() }) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }
        }

        context("the engine that the client makes for itself") {
            test("is closed where the issuer is no URL") {
                val configuration = ClientSettings().build(CLIENT_ID)
                shouldThrow<IllegalArgumentException> { discover("as.example.com", configuration) }

                configuration.connection.ownTransport.shouldBeClosed()
            }

            test("is closed where the issuer is forbidden") {
                val configuration = ClientSettings().build(CLIENT_ID)
                shouldThrow<MetadataException> { discover("http://as.example.com", configuration) }

                configuration.connection.ownTransport.shouldBeClosed()
            }

            test("is closed where the server answers otherwise") {
                servedLocally("""{"issuer":"https://other.ex"}""") { issuer ->
                    val configuration = ClientSettings().allowInsecureRequests().build(CLIENT_ID)
                    shouldThrow<OAuthException> { discover(issuer, configuration) }

                    configuration.connection.ownTransport.shouldBeClosed()
                }
            }

            for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
                test("stays open where discovery succeeds: $engine") {
                    servedLocally { issuer ->
                        OpenIdClient
                            .discover(issuer, CLIENT_ID) {
                                this.engine = engine
                                allowInsecureRequests()
                            }.use { it.connection.send(HttpRequest("GET", issuer)).status shouldBe 200 }
                    }
                }
            }
        }
    })

private suspend fun discover(
    answer: HttpResponse,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient = discover({ answer }, configure = configure)

private suspend fun discover(
    transport: HttpTransport,
    issuer: String = ISSUER,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.discover(issuer, CLIENT_ID) {
        this.transport = transport
        configure()
    }

/** Runs [test] with the issuer of a server that answers everything with [document], by default with its own. */
private suspend fun servedLocally(
    document: String? = null,
    test: suspend (issuer: String) -> Unit,
) {
    var issuer = ""
    LocalServer { respond(body = document ?: """{"issuer":"$issuer"}""") }.use { server ->
        issuer = "http://127.0.0.1:${server.port}"
        test(issuer)
    }
}
