package dev.openidclient.browser

import com.sun.net.httpserver.HttpServer
import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

@EnabledIf(BrowserAvailable::class)
class ProtectionIntegrationSpec :
    FunSpec({
        val http = HttpClient.newHttpClient()

        withEachSample { app ->
            test("every answer of the application forbids scripts, frames, sniffing, referrers and caches") {
                Browser.use { browser ->
                    browser.signIn(app())
                    val cookies = browser.cookies.joinToString("; ") { "${it.name}=${it.value}" }
                    for (path in listOf("/", "/account", "/orders", "/login", "/callback", "/nowhere", "/style.css")) {
                        withClue(path) {
                            val request = HttpRequest.newBuilder(URI(app().url + path)).header("Cookie", cookies)
                            val headers = http.send(request.build(), BodyHandlers.discarding()).headers()
                            val policy = headers.firstValue("Content-Security-Policy").orElse("")
                            policy shouldContain "default-src 'none'"
                            policy shouldContain "frame-ancestors 'none'"
                            policy shouldNotContain "unsafe"
                            headers.allValues("X-Content-Type-Options") shouldBe listOf("nosniff")
                            headers.allValues("Referrer-Policy") shouldBe listOf("no-referrer")
                            if (path != "/style.css") headers.allValues("Cache-Control") shouldBe listOf("no-store")
                        }
                    }
                }
            }

            test("the session cookie is out of reach for scripts and for requests from other sites") {
                Browser.use { browser ->
                    browser.signIn(app())

                    browser.run("return document.cookie") shouldBe ""
                    val cookie = browser.cookies.single { it.name == app().sample.cookie }
                    cookie.isHttpOnly shouldBe true
                    cookie.sameSite shouldBe "Lax"
                    cookie.expiry shouldBe null
                }
            }

            for (page in listOf("the application", "the authorization server")) {
                test("another site cannot frame a page of $page") {
                    Browser.use { browser ->
                        val url = if (page == "the application") app().url else "${app().server.issuer()}/login"
                        browser.open(url)
                        browser.text shouldContain "Sign in"
                        withPage("<p>Sign in here") { unprotected ->
                            withPage("<iframe src='$unprotected'></iframe>", browser::open)
                            browser.textInFrame() shouldBe "Sign in here"
                        }

                        withPage("<iframe src='$url'></iframe>", browser::open)

                        browser.takeMessages().joinToString() shouldContain "frame-ancestors 'none'"
                        browser.textInFrame() shouldNotContain "Sign in"
                    }
                }
            }

            test("a form on another site cannot sign a person out") {
                Browser.use { browser ->
                    browser.signIn(app())
                    browser.open(
                        "data:text/html,<title>other site</title>" +
                            "<form method=post action='${app().url}/logout'><button>Win</button></form>",
                    )

                    browser.press("Win")

                    browser.awaitPage(NOT_SIGNED_IN) // so it seems to a request without the cookie
                    browser.open("${app().url}/account")
                    browser.awaitPage(ACCOUNT)
                }
            }
        }
    })

/** Lets [act] use the URL of a page of [content] on another site, which any site may frame. */
private fun withPage(
    content: String,
    act: (String) -> Unit,
) {
    val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
    server.createContext("/") { exchange ->
        val page = "<!doctype html><title>other site</title>$content".encodeToByteArray()
        exchange.responseHeaders.add("Content-Type", "text/html")
        exchange.sendResponseHeaders(200, page.size.toLong())
        exchange.responseBody.use { it.write(page) }
    }
    server.start()
    try {
        act("http://127.0.0.1:${server.address.port}/")
    } finally {
        server.stop(0)
    }
}
