package dev.openidclient.loopback

import dev.openidclient.testing.CODE
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.security.MessageDigest
import java.util.Base64

private fun hashOf(style: String) =
    Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(style.encodeToByteArray()))

private const val NO_STYLE =
    "default-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

class LoopbackAnswerSpec :
    FunSpec({
        fun callback(
            signIn: WaitingSignIn,
            more: String = "",
        ) = "/callback?code=$CODE&state=${signIn.state}$more"

        fun shouldBeProtected(answer: Answer) {
            answer.header("cache-control") shouldBe "no-store"
            answer.header("referrer-policy") shouldBe "no-referrer"
            answer.header("x-content-type-options") shouldBe "nosniff"
            answer.header("connection") shouldBe "close"
            answer.header("content-security-policy") shouldContain "default-src 'none'"
        }

        test("the page after the callback is kept and framed by nobody, gives no referrer, and runs nothing") {
            waiting { signIn ->
                val answer = signIn.get(callback(signIn))
                answer.status shouldBe 200
                answer.header("content-type") shouldBe "text/html; charset=utf-8"
                answer.header("content-length") shouldBe "${answer.body.encodeToByteArray().size}"
                shouldBeProtected(answer)
                answer.body shouldContain "<html lang=\"en\">"
                answer.body shouldContain "<title>You may close this window</title>"
                answer.body shouldNotContain "<script"
                val style = answer.body.substringAfter("<style>").substringBefore("</style>")
                answer.header("content-security-policy") shouldBe
                    NO_STYLE.replace("style-src 'none'", "style-src 'sha256-${hashOf(style)}'")
                signIn.callback.await()
            }
        }

        test("nothing of a request is in any page") {
            val marker = "Marker4711"
            waiting { signIn ->
                val answers =
                    listOf(
                        signIn.get("/$marker?$marker=$marker"),
                        signIn.get("/callback?code=$marker&state=$marker"),
                        signIn.get("/callback", host = marker),
                        answer(signIn.port, "$marker /callback HTTP/1.1\r\nHost: 127.0.0.1:${signIn.port}\r\n\r\n"),
                        signIn.get(callback(signIn, "&error_description=$marker&iss=$marker")),
                    )
                answers.map { it.status } shouldBe listOf(404, 400, 421, 405, 200)
                for (answer in answers) {
                    withClue(answer.status) {
                        answer.body shouldNotContain marker
                        answer.body shouldNotContain signIn.state
                        shouldBeProtected(answer)
                    }
                }
                signIn.callback.await()
            }
        }

        test("an error of the server has the same page as a code") {
            val pages =
                listOf("code=$CODE", "error=access_denied&error_description=no").map { parameters ->
                    waiting { signIn -> signIn.get("/callback?$parameters&state=${signIn.state}").body }
                }
            pages[0] shouldBe pages[1]
        }

        test("HEAD is answered with 405 and without a body") {
            waiting { signIn ->
                val answer = answer(signIn.port, "HEAD /callback HTTP/1.1\r\nHost: 127.0.0.1:${signIn.port}\r\n\r\n")
                answer.status shouldBe 405
                answer.body shouldBe ""
            }
        }

        test("a page of the program's own has its style sheets, and still runs nothing") {
            val html =
                "<!doctype html><STYLE media=\"screen\">p {\r\n}</STYLE><style>b{}</style><p>Bis bald 👋</p>" +
                    "<script>x()</script>"
            waiting({ completionPage(html) }) { signIn ->
                val answer = signIn.get(callback(signIn))
                answer.body shouldBe html
                answer.header("content-security-policy") shouldBe
                    NO_STYLE.replace(
                        "style-src 'none'",
                        "style-src 'sha256-${hashOf("p {\n}")}' 'sha256-${hashOf("b{}")}'",
                    )
                shouldBeProtected(answer)
                signIn.callback.await()
            }
        }

        test("a page without a style sheet permits none") {
            waiting({ completionPage("<p style='color:red'>Done") }) { signIn ->
                signIn.get(callback(signIn)).header("content-security-policy") shouldBe NO_STYLE
            }
        }

        test("the browser can be sent on to a page elsewhere, with nothing of the callback") {
            waiting({ completionRedirect("https://app.example.com/signed-in?from=cli#top") }) { signIn ->
                val answer = signIn.get(callback(signIn))
                answer.status shouldBe 303
                answer.header("location") shouldBe "https://app.example.com/signed-in?from=cli#top"
                answer.body shouldBe ""
                shouldBeProtected(answer)
                signIn.callback.await().parameters["code"] shouldBe CODE
            }
        }

        test("the last of page and redirect counts") {
            waiting({ completionRedirect("https://app.example.com").completionPage("<p>Bye") }) { signIn ->
                signIn.get(callback(signIn)).body shouldBe "<p>Bye"
            }
        }

        test("a page that is empty, and a redirect that is none, are refused") {
            val urls =
                listOf("", "/done", "http://app.example.com/done", "javascript:x()", "https://a b", "https://x/\r\ny:z")
            for (url in urls) {
                withClue(url) {
                    shouldThrow<IllegalArgumentException> { LoopbackRedirectSettings().completionRedirect(url) }
                }
            }
            shouldThrow<IllegalArgumentException> { LoopbackRedirectSettings().completionPage(" ") }
            LoopbackRedirectSettings().completionRedirect("http://localhost:8080/done")
        }
    })
