package dev.openidclient.browser

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.loopback.LoopbackRedirect
import dev.openidclient.metadata.AuthorizationServerMetadata
import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope

private const val METADATA =
    """{"issuer": "https://as.example.com", "authorization_endpoint": "https://as.example.com/authorize"}"""

private const val COMPLETED = "You may close this window"

/** What a person sees when a program on their machine has signed them in. */
@EnabledIf(BrowserAvailable::class)
class LoopbackPageIntegrationSpec :
    FunSpec({
        val axe = checkNotNull(javaClass.getResource("/axe.min.js")).readText()
        val client = OpenIdClient(AuthorizationServerMetadata.parse(METADATA), "cli")
        afterSpec { client.close() }

        fun barriers(browser: Browser): List<*> {
            browser.run(axe)
            return browser.run(
                """
                return axe.run().then(found => found.violations.map(it =>
                  it.id + ': ' + it.help + ' at ' + it.nodes.map(node => node.html).join(' | ')))
                """,
            ) as List<*>
        }

        fun inspect(
            browser: Browser,
            name: String,
        ) = withClue(name) {
            barriers(browser).shouldBeEmpty()
            browser.run("return document.documentElement.lang") shouldBe "en"
            browser.run("return document.querySelectorAll('h1').length") shouldBe 1L
            browser.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth") shouldBe
                false
            // the policy lets the page's own style sheet in
            browser.run("return getComputedStyle(document.body).display") shouldBe "grid"
            browser.photograph(name)
        }

        /** Lets [act] see the port of a sign-in that waits, and its state. */
        suspend fun waiting(act: (uri: String, state: String) -> Unit) =
            coroutineScope {
                val opened = CompletableDeferred<Unit>()
                LoopbackRedirect { opened.complete(Unit) }.use { redirect ->
                    val request = client.authorizationRequest { redirectUri(redirect.uri) }
                    val callback = async(Dispatchers.IO) { redirect.await(request) }
                    opened.await()
                    act(redirect.uri, request.pending.state)
                    callback.await().parameters["code"] shouldBe "c"
                }
            }

        val screens =
            mapOf(
                "desktop" to mapOf("width" to 1280, "height" to 800, "deviceScaleFactor" to 1, "mobile" to false),
                "phone" to mapOf("width" to 360, "height" to 740, "deviceScaleFactor" to 2, "mobile" to true),
            )

        val backgrounds = mutableMapOf<String, Any?>()

        for ((screen, metrics) in screens) {
            for (scheme in listOf("light", "dark")) {
                test("the pages at the end of a sign-in are fit for everybody on a $scheme $screen") {
                    waiting { uri, state ->
                        Browser.use { browser ->
                            val series = "loopback-$screen-$scheme"
                            browser.command("Emulation.setDeviceMetricsOverride", metrics)
                            val preference = mapOf("name" to "prefers-color-scheme", "value" to scheme)
                            browser.command("Emulation.setEmulatedMedia", mapOf("features" to listOf(preference)))

                            browser.open("$uri?code=forged&state=other")
                            browser.awaitPage("This is not the sign-in that was begun")
                            inspect(browser, "$series-1-another")
                            browser.open(uri.replace("/callback", "/no-such-page"))
                            browser.awaitPage("There is no such page")
                            inspect(browser, "$series-2-no-such-page")
                            browser.open("$uri?code=c&state=$state")
                            browser.awaitPage(COMPLETED)
                            inspect(browser, "$series-3-completed")
                            browser.source shouldNotContain state
                            backgrounds[scheme] = browser.run("return getComputedStyle(document.body).backgroundColor")
                        }
                    }
                }
            }
        }

        test("a dark page is another one than a light one") {
            backgrounds["dark"] shouldNotBe backgrounds["light"]
        }
    })
