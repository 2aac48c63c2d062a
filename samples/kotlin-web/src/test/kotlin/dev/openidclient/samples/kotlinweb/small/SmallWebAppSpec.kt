package dev.openidclient.samples.kotlinweb.small

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.samples.kotlinweb.freePort
import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import dev.openidclient.samples.server.HeadlessBrowser
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import kotlinx.coroutines.runBlocking

@OptIn(InsecureRequests::class)
class SmallWebAppSpec :
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
        val application = embeddedServer(CIO, port, "127.0.0.1") { signIn(client, url) }.start()
        afterSpec {
            application.stop(0, 1000)
            client.close()
        }

        fun browser() = HeadlessBrowser(server.user().username(), server.user().password())

        test("a person signs in and is greeted") {
            val browser = browser()
            val page = browser.deliver(browser.signIn("$url/login", "$url/callback"))

            page.text() shouldStartWith "Hello, "
        }

        test("a person who refuses may begin again") {
            val browser = browser()
            val page = browser.deliver(browser.denyConsent("$url/login", "$url/callback"))

            page.status() shouldBe 400
            page.text() shouldContain "Begin again: $url/login"
        }

        test("a callback is taken once, and in its own browser only") {
            val browser = browser()
            val callback = browser.signIn("$url/login", "$url/callback")

            browser().deliver(callback).status() shouldBe 400
            browser.deliver(callback).status() shouldBe 200
            browser.deliver(callback).status() shouldBe 400
        }
    })
