package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private const val REL = "http://openid.net/specs/connect/1.0/issuer"
private const val ASKED = "&rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer"

/** What is typed, the host that is asked, and the resource, as it stands in the query (Discovery §2.1.2, §2.2). */
private val FORMS =
    listOf(
        Triple("joe@example.com", "example.com", "acct%3Ajoe%40example.com"),
        Triple(" joe@example.com ", "example.com", "acct%3Ajoe%40example.com"),
        Triple("Jane.Doe@example.com", "example.com", "acct%3AJane.Doe%40example.com"),
        Triple("joe@example.com#x", "example.com", "acct%3Ajoe%40example.com"),
        Triple(
            "juliet@capulet.example@shopping.example.com",
            "shopping.example.com",
            "acct%3Ajuliet%2540capulet.example%40shopping.example.com",
        ),
        Triple(
            "acct:juliet%40capulet.example@shopping.example.com",
            "shopping.example.com",
            "acct%3Ajuliet%2540capulet.example%40shopping.example.com",
        ),
        Triple("https://example.com/joe", "example.com", "https%3A%2F%2Fexample.com%2Fjoe"),
        Triple("https://example.com:8080/", "example.com:8080", "https%3A%2F%2Fexample.com%3A8080%2F"),
        Triple("https://joe@example.com:8080", "example.com:8080", "https%3A%2F%2Fjoe%40example.com%3A8080"),
        Triple("http://example.com/joe", "example.com", "http%3A%2F%2Fexample.com%2Fjoe"),
        Triple("example.com", "example.com", "https%3A%2F%2Fexample.com%2F"),
        Triple("example.com:8080", "example.com:8080", "https%3A%2F%2Fexample.com%3A8080%2F"),
        Triple("joe@example.com:8080", "example.com:8080", "https%3A%2F%2Fjoe%40example.com%3A8080%2F"),
        Triple("example.com/joe", "example.com", "https%3A%2F%2Fexample.com%2Fjoe"),
        Triple("example.com/joe@home?a=b#c", "example.com", "https%3A%2F%2Fexample.com%2Fjoe%40home%3Fa%3Db"),
        Triple("example.com?joe", "example.com", "https%3A%2F%2Fexample.com%3Fjoe"),
        Triple("[2001:db8::1]:8443", "[2001:db8::1]:8443", "https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%3A8443%2F"),
    )

private fun jrd(vararg hrefs: String): HttpResponse {
    val links = hrefs.joinToString(",") { """{"rel":"$REL","href":"$it"}""" }
    val body = """{"subject":"acct:someone@else.example","links":[{"rel":"x","href":"https://x"},$links]}"""
    return response(body.replace(",]", "]"), contentType = "application/jrd+json")
}

private suspend fun find(answer: HttpResponse): String = find("joe@example.com", RecordingTransport { answer })

private suspend fun find(
    identifier: String,
    transport: HttpTransport,
    configure: ConnectionSettings.() -> Unit = {},
): String =
    OpenIdClient.findIssuer(identifier) {
        connection {
            this.transport = transport
            configure()
        }
    }

class WebFingerSpec :
    FunSpec({
        for ((typed, host, resource) in FORMS) {
            test("who says to be \"$typed\" is asked for at $host") {
                val recording = RecordingTransport { jrd(ISSUER) }
                find(typed, recording) shouldBe ISSUER
                val sent = recording.requests.single()

                sent.method shouldBe "GET"
                sent.url shouldBe "https://$host/.well-known/webfinger?resource=$resource$ASKED"
                sent.headers["accept"] shouldBe "application/jrd+json, application/json"
            }
        }

        for (typed in listOf(
            "",
            " ",
            "#x",
            "=joe",
            "@joe",
            "!joe",
            "xri://joe",
            "acct:joe",
            "acct:joe@example.com/users/evil.json?x=",
            "joe@",
            "a b",
            "https://",
        )) {
            test("\"$typed\" is nobody who can be asked for") {
                val recording = RecordingTransport { jrd(ISSUER) }

                shouldThrow<IllegalArgumentException> { find(typed, recording) }
                recording.requests.shouldBeEmpty()
            }
        }

        test("the issuer is the one link of its kind, whoever the answer says that it is about") {
            find(jrd("$ISSUER/tenant")) shouldBe "$ISSUER/tenant"
        }

        test("the same link twice is one") { find(jrd(ISSUER, ISSUER)) shouldBe ISSUER }

        test("an answer that is labelled JSON is read too") {
            find(response("""{"links":[{"rel":"$REL","href":"$ISSUER"}]}""")) shouldBe ISSUER
        }

        for ((name, answer) in mapOf(
            "no link of its kind" to jrd(),
            "two issuers" to jrd(ISSUER, "https://b.example.com"),
            "no URL" to jrd("example.com"),
            "an empty one" to jrd(""),
            "a query" to jrd("$ISSUER?x"),
            "a fragment" to jrd("$ISSUER#x"),
            "no href" to response("""{"links":[{"rel":"$REL"}]}"""),
            "an href that is no text" to response("""{"links":[{"rel":"$REL","href":1}]}"""),
            "no links" to response("{}"),
            "links that are none" to response("""{"links":{"rel":"$REL"}}"""),
        )) {
            test("an answer with $name is refused") {
                val failure =
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "WebFinger") { find(answer) }

                failure.reached shouldBe Reached.ANSWERED
            }
        }

        test("an issuer that is not https is refused") {
            shouldFailWith<MetadataException>(ErrorCode.HTTP_REQUEST_FORBIDDEN, "http") {
                find(jrd("http://as.example.com"))
            }
        }

        for (answer in listOf(response("no", 404), response("", 302), response("<p>"), response("[]"))) {
            test("an answer of the status ${answer.status} and \"${answer.bodyText()}\" is refused") {
                shouldThrow<InvalidResponseException> { find(answer) }
            }
        }

        test("permitUrl is asked first, for anybody can name any host") {
            val recording = RecordingTransport { jrd(ISSUER) }
            val failure =
                shouldThrow<MetadataException> {
                    find("joe@10.0.0.1", recording) { permitUrl { "10.0.0.1" !in it } }
                }

            failure.code shouldBe ErrorCode.HTTP_REQUEST_FORBIDDEN
            failure.message shouldContain "which the identifier of a person named"
            recording.requests.shouldBeEmpty()
        }

        test("a connection that is given stays open") {
            val connection = Connection.open { transport = RecordingTransport { jrd(ISSUER) } }

            repeat(2) {
                OpenIdClient.findIssuer("joe@example.com") { this.connection = connection } shouldBe ISSUER
            }
        }
    })
