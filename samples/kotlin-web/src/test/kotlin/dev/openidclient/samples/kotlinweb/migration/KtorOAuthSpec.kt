package dev.openidclient.samples.kotlinweb.migration

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.OAuthException
import dev.openidclient.samples.kotlinweb.freePort
import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import dev.openidclient.samples.server.HeadlessBrowser
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.install
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.sessions.get
import io.ktor.server.sessions.sessions
import kotlinx.coroutines.runBlocking

@OptIn(InsecureRequests::class)
class KtorOAuthSpec :
    FunSpec({
        val port = freePort(0, "web application", System.out)
        val url = "http://127.0.0.1:$port"
        val server = EmbeddedAuthorizationServer.start(0, listOf("$url/callback"), listOf("$url/"))
        afterSpec { server.close() }

        val client =
            runBlocking {
                OpenIdClient.discover(server.issuer(), server.webClient().id()) {
                    authentication = ClientSecretBasic(server.webClient().secret())
                    allowInsecureRequests()
                }
            }
        val application =
            embeddedServer(CIO, port, "127.0.0.1") {
                install(StatusPages) {
                    exception<OAuthException> { call, failure ->
                        call.respondText(failure.code, status = HttpStatusCode.BadRequest)
                    }
                }
                signInWithOpenIdClient(client, url)
                routing {
                    get("/") { call.respondText("user: ${call.sessions.get<Person>()?.subject}") }
                    get("/id") { call.respondText("${call.request.cookies["user"]}") }
                }
            }.start()
        afterSpec {
            application.stop(0, 1000)
            client.close()
        }

        fun browser() = HeadlessBrowser(server.user().username(), server.user().password())

        test("a person signs in, and the session has their subject") {
            val browser = browser()
            val page = browser.deliver(browser.signIn("$url/login", "$url/callback"))

            page.text() shouldContain "user: "
            page.text() shouldNotContain "null"
        }

        test("a second sign-in in the same browser gives another session") {
            val browser = browser()

            fun idAfterSignIn(): String {
                browser.deliver(browser.signIn("$url/login", "$url/callback"))
                return browser.open("$url/id").text()
            }
            val first = idAfterSignIn()

            first shouldNotContain "null"
            idAfterSignIn() shouldNotBe first
        }

        test("a callback that nobody began here leads to the login, and one is taken once only") {
            val browser = browser()
            val callback = browser.signIn("$url/login", "$url/callback")

            browser().deliver(callback).text() shouldNotContain "user: "
            browser.deliver(callback).text() shouldContain "user: "
            browser.deliver(callback).text() shouldNotContain "user: "
        }

        test("a person who refuses is not signed in") {
            val browser = browser()

            browser.deliver(browser.denyConsent("$url/login", "$url/callback")).status() shouldBe 400
        }
    })
