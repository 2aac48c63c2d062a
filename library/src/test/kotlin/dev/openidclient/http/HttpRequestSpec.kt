package dev.openidclient.http

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
