package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

private suspend fun failure(
    answer: HttpResponse,
    issuer: String = "$ISSUER/tenant",
    configure: ClientSettings.() -> Unit = {},
): InvalidResponseException =
    shouldThrow<InvalidResponseException> {
        OpenIdClient.discover(issuer, CLIENT_ID) {
            transport = RecordingTransport { answer }
            configure()
        }
    }

private val ABSENT = response("<html>", status = 404, contentType = "text/html")

class DiscoveryHintSpec :
    FunSpec({
        context("what the failure names:") {
            test("the URL of the OpenID Connect document") {
                failure(ABSENT).message shouldStartWith
                    "GET $ISSUER/tenant/.well-known/openid-configuration: expected status 2xx, got 404"
            }

            test("the URL of the OAuth 2 document") {
                failure(ABSENT) { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }.message shouldStartWith
                    "GET $ISSUER/.well-known/oauth-authorization-server/tenant: expected status 2xx, got 404"
            }

            test("the URL of a document without its query") {
                val e = failure(ABSENT, "$ISSUER/.well-known/tenant?key=hush")

                e.message shouldStartWith "GET $ISSUER/.well-known/tenant: "
                e.message shouldNotContain "hush"
            }

            for ((body, part) in listOf("[]" to "must be a JSON object", "<" to "is none", "{}" to "\"issuer\"")) {
                test("the URL, where the document is $body") {
                    failure(response(body)).message shouldContain part
                    failure(response(body)).message shouldStartWith "GET $ISSUER/tenant/.well-known/"
                }
            }

            test("when to try again") {
                val headers = HttpHeaders.of("retry-after" to "5")
                val e = failure(HttpResponse(503, headers))

                e.retryAfter shouldBe "5"
                e.status shouldBe 503
                e.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
            }
        }

        context("the hint, where there is no document,") {
            test("is the path of the issuer and the other algorithm") {
                failure(ABSENT).message shouldContain "ask for the issuer by its whole name"
                failure(ABSENT).message shouldContain "without OpenID Connect"
                failure(ABSENT).message shouldContain "discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2"
            }

            test("is the algorithm of OpenID Connect, where the other one was chosen") {
                val e = failure(ABSENT) { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }

                e.message shouldContain "with OpenID Connect"
                e.message shouldContain "discoveryAlgorithm = DiscoveryAlgorithm.OIDC"
            }

            test("is the URL itself, where that of a document was given") {
                failure(ABSENT, "$ISSUER/.well-known/openid-configuration").message shouldBe
                    "GET $ISSUER/.well-known/openid-configuration: expected status 2xx, got 404; " +
                    "is that the URL of the server's metadata document?"
            }

            test("is there for a page, too") {
                failure(response("<html>", contentType = "text/html")).message shouldContain "discoveryAlgorithm"
            }

            for (answer in listOf(
                response("[]"),
                response("<html>", status = 500, contentType = "text/html"),
                HttpResponse(302, HttpHeaders.EMPTY),
            )) {
                test("is not there for the status ${answer.status} of another kind") {
                    failure(answer).message shouldNotContain "discoveryAlgorithm"
                }
            }
        }

        test("an issuer that is no URL is shown without its password and its query") {
            val issuers =
                listOf(
                    "https://u:hush@as.ex",
                    "https://u:hush@as.ex/t?k=hush",
                    "as.ex?k=hush#hush",
                    "https://u:a/hush@as.ex",
                    "https://u:hush?a@as.ex",
                    "https://u:hush#a@as.ex",
                    "https:/u:hush@as.ex",
                    "u:hush@as.ex",
                    "as.ex?k=a@hush",
                )
            for (issuer in issuers) {
                shouldThrow<IllegalArgumentException> { OpenIdClient.discover(issuer, CLIENT_ID) }
                    .message
                    .orEmpty() shouldNotContain "hush"
            }
            shouldThrow<IllegalArgumentException> { OpenIdClient.discover("https://u:hush@as.ex", CLIENT_ID) }
                .message shouldBe "the issuer must be an absolute URL, as https://as.example.com, but is \"https://██\""
        }
    })
