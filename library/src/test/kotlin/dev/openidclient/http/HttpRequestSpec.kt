package dev.openidclient.http

import dev.openidclient.error.printable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe

class HttpRequestSpec :
    FunSpec({
        val request =
            HttpRequest(
                "POST",
                "https://a/?b=c",
                HttpHeaders.of("dpop" to "eyJ"),
                HttpBody.json("{}"),
                maximumResponseSize = 7,
            )

        val copies =
            mapOf(
                "URL" to request.withUrl("https://b/"),
                "header" to request.withHeader("x-a", "1"),
                "body" to request.withBody(null),
            )
        for ((change, copy) in copies) {
            test("a copy with another $change keeps the rest") {
                copy.method shouldBe "POST"
                copy.url shouldBe if (change == "URL") "https://b/" else "https://a/?b=c"
                copy.headers["dpop"] shouldBe "eyJ"
                copy.headers["x-a"] shouldBe if (change == "header") "1" else null
                copy.body?.bytes()?.decodeToString() shouldBe if (change == "body") null else "{}"
                copy.maximumResponseSize shouldBe 7
            }

            test("a copy with another $change differs") {
                copy shouldNotBe request
            }
        }

        for (method in listOf("", "GET ", "GET /x HTTP/1.1\r\nhost: evil\r\n\r\nGET", "G:T", "GÄT", "(GET)")) {
            test("the method ${printable(method)} is refused: it is no token") {
                shouldThrow<IllegalArgumentException> { HttpRequest(method, "https://a/") }.message shouldBe
                    "the method must be a token, as GET is (RFC 9110 §9.1)"
            }
        }

        val ofTheEngine =
            listOf("Transfer-Encoding", "content-length", "HOST", "connection", "upgrade", "expect", "te", "trailer") +
                listOf("keep-alive", "http2-settings", "proxy-authorization", "proxy-connection", "proxy-authenticate")
        for (name in ofTheEngine) {
            test("the header $name is refused by its name, for it is the engine's") {
                val thrown = shouldThrow<IllegalArgumentException> { request.withHeader(name, "v4lue") }
                thrown.message shouldBe "the header ${name.lowercase()} is the engine's to write: leave it out"
            }
        }

        test("a content type beside that of the body is refused, without a body it is a header like others") {
            shouldThrow<IllegalArgumentException> { request.withHeader("content-type", "text/plain") }
            request.withBody(null).withHeader("content-type", "text/plain").headers["content-type"] shouldBe
                "text/plain"
        }

        for (character in listOf("\u0080", "ä", "\u00FF", "\u0100", "\u20AC", "\uD83D\uDE00")) {
            test("a header value with ${character.codePointAt(0)} is refused, and not shown") {
                val thrown =
                    shouldThrow<IllegalArgumentException> {
                        request.withHeader(
                            "authorization",
                            "Bearer s3cret$character",
                        )
                    }
                thrown.message shouldBe
                    "the value of header \"authorization\" has a character beyond ASCII: encode it, or leave it out"
                thrown.cause shouldBe null
            }
        }

        test("takes 1 MiB of an answer unless it says otherwise") {
            HttpRequest("GET", "https://a/").maximumResponseSize shouldBe 1_048_576
        }

        test("is equal to one of the same parts") {
            HttpRequest("GET", "https://a/", body = HttpBody.json("{}")) shouldBe
                HttpRequest("GET", "https://a/", body = HttpBody.json("{}"))
            HttpRequest("GET", "https://a/").hashCode() shouldBe HttpRequest("GET", "https://a/").hashCode()
        }

        val others =
            mapOf(
                "method" to HttpRequest("get", "https://a/"),
                "content of the body" to HttpRequest("GET", "https://a/", body = HttpBody.json("[]")),
                "bound of the answer" to HttpRequest("GET", "https://a/", maximumResponseSize = 1),
            )
        for ((difference, other) in others) {
            test("differs from one with another $difference") {
                HttpRequest("GET", "https://a/") shouldNotBe other
            }
        }

        test("differs from one with another type of the same body") {
            HttpRequest("POST", "https://a/", body = HttpBody.text("a/b", "x")) shouldNotBe
                HttpRequest("POST", "https://a/", body = HttpBody.text("a/c", "x"))
        }

        for ((method, status) in listOf("HEAD" to 200, "GET" to 304)) {
            test("hears of a body that does not come: $method answered with $status") {
                HttpRequest(method, "https://a/").expectsBody(status) shouldBe false
            }
        }

        for ((method, status) in listOf("GET" to 200, "POST" to 400, "head" to 200)) {
            test("gets the body that it hears of: $method answered with $status") {
                HttpRequest(method, "https://a/").expectsBody(status) shouldBe true
            }
        }

        test("prints neither query, nor credentials, nor body") {
            request.toString() shouldBe "POST https://a/ HttpHeaders(dpop: ██) HttpBody(application/json, 2 bytes)"
        }

        test("prints that there is no body") {
            HttpRequest("GET", "https://a/").toString() shouldBe "GET https://a/ HttpHeaders() without body"
        }
    })
