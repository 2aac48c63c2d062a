package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.http.USER_AGENT
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

private const val ENTRA_ID = "https://login.microsoftonline.com/common/v2.0"
private const val TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
private const val TEMPLATE = "https://login.microsoftonline.com/{tenantid}/v2.0"
private const val B2C = "https://contoso.b2clogin.com/contoso.onmicrosoft.com/policy"
private const val B2C_ISSUER = "https://contoso.b2clogin.com/5f1b/v2.0/"

class DiscoverySpec :
    FunSpec({
        context("the request") {
            test("gets the document of OpenID Connect by default") {
                val request = requestFor("$ISSUER/t")

                request.method shouldBe "GET"
                request.url shouldBe "$ISSUER/t/.well-known/openid-configuration"
                request.body.shouldBeNull()
            }

            test("gets the document of OAuth 2 where the settings say so") {
                requestFor("$ISSUER/t") { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }.url shouldBe
                    "$ISSUER/.well-known/oauth-authorization-server/t"
            }

            test("says what it takes and who asks, and nothing of the client") {
                requestFor(ISSUER) { clientSecret("s3cret") }.headers.toMap() shouldBe
                    mapOf("accept" to listOf("application/json"), "user-agent" to listOf(USER_AGENT))
            }

            for (issuer in listOf(
                "$ISSUER/#/.well-known/",
                "$ISSUER/?/.well-known/",
                "$ISSUER/t?key=hush",
                "$ISSUER?",
                "$ISSUER#",
                "$ISSUER/.well-known#/x",
            )) {
                test("is not sent for the issuer $issuer, which has a query or a fragment") {
                    val recording = RecordingTransport { response(document(ISSUER)) }

                    shouldThrow<IllegalArgumentException> {
                        OpenIdClient.discover(issuer, CLIENT_ID) { transport = recording }
                    }.message shouldNotContain "hush"
                    recording.requests.shouldBeEmpty()
                }
            }
        }

        context("the client") {
            test("has the whole document") {
                discover(ISSUER, """{"issuer":"$ISSUER","made_up":1}""").server["made_up"] shouldBe JsonPrimitive(1)
            }

            test("has its settings") {
                val client = discover(ISSUER, document(ISSUER)) { clientSecret("s") }

                client.clientId shouldBe CLIENT_ID
                client.metadata.clientSecret shouldBe "s"
            }

            test("expects tokens of the issuer as the document writes it") {
                val client = discover("https://as.example.com", document("https://AS.example.com:443/"))

                client.server.issuer shouldBe "https://AS.example.com:443/"
                client.expectedIssuer.of(jsonObject("{}")) shouldBe "https://AS.example.com:443/"
            }
        }

        context("the issuer of the document") {
            for ((requested, named) in listOf(ISSUER to "$ISSUER/", "$ISSUER/t" to "HTTPS://as.EXAMPLE.com:443/t")) {
                test("may be written as $named for $requested") { discover(requested, document(named)) }
            }

            val others =
                listOf(
                    "$ISSUER/t" to "$ISSUER/t/",
                    "$ISSUER/t/" to "$ISSUER/t",
                    "$ISSUER/t" to ISSUER,
                    "$ISSUER/t" to "$ISSUER/T",
                    ISSUER to "https://as.example.com.evil.ex",
                    ISSUER to "http://as.example.com",
                    ISSUER to "https://as.example.com:8443",
                    ISSUER to "no URL",
                    ISSUER to TEMPLATE,
                )
            for ((requested, named) in others) {
                test("is refused as $named for $requested") {
                    shouldThrow<ValidationException> { discover(requested, document(named)) }
                        .code shouldBe ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
                }
            }

            test("is told with the expected one") {
                shouldThrow<ValidationException> { discover(ISSUER, document("https://other.ex")) }
                    .message shouldContain "expected issuer \"$ISSUER/\", got \"https://other.ex\""
            }
        }

        context("Entra ID") {
            test("may name another issuer, whose tokens name their tenant") {
                val client = discover(ENTRA_ID, document(TEMPLATE))

                client.server.issuer shouldBe TEMPLATE
                client.expectedIssuer.of(jsonObject("""{"tid":"$TENANT"}""")) shouldBe
                    "https://login.microsoftonline.com/$TENANT/v2.0"
                client.expectedIssuer.of(jsonObject("{}")).shouldBeNull()
            }

            test("may not with the document of OAuth 2") {
                shouldThrow<ValidationException> {
                    discover(ENTRA_ID, document(TEMPLATE)) { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }
                }
            }
        }

        context("Azure AD B2C") {
            test("may name another issuer, whose tokens name just that") {
                discover(B2C, document(B2C_ISSUER)).expectedIssuer.of(jsonObject("{}")) shouldBe B2C_ISSUER
            }

            test("may not name anybody else") {
                for (other in listOf("https://evil.example.com/", "https://fabrikam.b2clogin.com/5f1b/v2.0/")) {
                    shouldThrow<ValidationException> { discover(B2C, document(other)) }
                        .code shouldBe ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
                }
            }

            test("may not with the document of OAuth 2") {
                shouldThrow<ValidationException> {
                    discover(B2C, document(B2C_ISSUER)) { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }
                }
            }
        }

        context("the URL of a document") {
            val url = "$ISSUER/t/.well-known/made-up?x=1"

            for (algorithm in DiscoveryAlgorithm.entries) {
                test("is fetched as it is with $algorithm") {
                    requestFor(url) { discoveryAlgorithm = algorithm }.url shouldBe url
                }
            }

            test("makes a client of whatever issuer it names, and of its tokens only") {
                val client = discover(url, document("https://other.example.com"))

                client.server.issuer shouldBe "https://other.example.com"
                client.expectedIssuer.of(jsonObject("{}")) shouldBe "https://other.example.com"
            }
        }
    })

private fun document(issuer: String) = """{"issuer":"$issuer"}"""

private suspend fun discover(
    issuer: String,
    document: String,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.discover(issuer, CLIENT_ID) {
        transport = RecordingTransport { response(document) }
        configure()
    }

/** What a client asks for [issuer]. */
private suspend fun requestFor(
    issuer: String,
    configure: ClientSettings.() -> Unit = {},
) = RecordingTransport { response(document(issuer)) }.let { recording ->
    OpenIdClient.discover(issuer, CLIENT_ID) {
        transport = recording
        configure()
    }
    recording.requests.single()
}
