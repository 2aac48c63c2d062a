package dev.openidclient.browser

import io.kotest.assertions.withClue
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

@EnabledIf(BrowserAvailable::class)
class PagesIntegrationSpec :
    FunSpec({
        val axe = checkNotNull(javaClass.getResource("/axe.min.js")).readText()

        /** What stands in the way of a person who cannot see, or not well. */
        fun barriers(browser: Browser): List<*> {
            browser.run(axe)
            return browser.run(
                """
                return axe.run().then(found => found.violations.map(it =>
                  it.id + ': ' + it.help + ' at ' + it.nodes.map(node => node.html).join(' | ')))
                """,
            ) as List<*>
        }

        /** The words that begin in one line and end in another; what is longer than a word, as a URL, may. */
        fun brokenWords(browser: Browser): List<*> =
            browser.run(
                """
                const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                const broken = [];
                while (texts.nextNode()) {
                  for (const word of texts.currentNode.data.matchAll(/[^\s\/?&-]{2,20}(?=\s|$)/g)) {
                    if (!/\s|^$/.test(texts.currentNode.data.charAt(word.index - 1))) continue;
                    const range = document.createRange();
                    range.setStart(texts.currentNode, word.index);
                    range.setEnd(texts.currentNode, word.index + word[0].length);
                    if (range.getClientRects().length > 1) broken.push(word[0]);
                  }
                }
                return broken
                """,
            ) as List<*>

        fun inspect(
            browser: Browser,
            name: String,
        ) = withClue(name) {
            barriers(browser).shouldBeEmpty()
            browser.run("return document.documentElement.lang") shouldBe "en"
            browser.run("return document.querySelectorAll('h1').length") shouldBe 1L
            // nothing to scroll sideways
            browser.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth") shouldBe
                false
            brokenWords(browser).shouldBeEmpty()
            browser.photograph(name)
        }

        val screens =
            mapOf(
                "desktop" to mapOf("width" to 1280, "height" to 800, "deviceScaleFactor" to 1, "mobile" to false),
                "phone" to mapOf("width" to 360, "height" to 740, "deviceScaleFactor" to 2, "mobile" to true),
            )

        withEachSample(usual = WebSample.KOTLIN) { app ->
            for ((screen, metrics) in screens) {
                // each screen and each scheme once, and all pairs with -Dlong
                val schemes =
                    when {
                        System.getProperty("tests.long").toBoolean() -> listOf("light", "dark")
                        screen == "phone" -> listOf("dark")
                        else -> listOf("light")
                    }
                for (scheme in schemes) {
                    test("every page is fit for everybody on a $scheme $screen") {
                        Browser.use { browser ->
                            val series = "${app().sample.name.lowercase()}-$screen-$scheme"

                            fun look(page: String) = inspect(browser, "$series-$page")
                            browser.command("Emulation.setDeviceMetricsOverride", metrics)
                            val preference = mapOf("name" to "prefers-color-scheme", "value" to scheme)
                            browser.command("Emulation.setEmulatedMedia", mapOf("features" to listOf(preference)))

                            browser.open(app().url)
                            look("1-home")
                            browser.press("Sign in")
                            browser.awaitPage(SIGN_IN_PAGE)
                            look("2-sign-in")
                            browser.giveCredentials(app().user, "wrong")
                            browser.awaitPage(SIGN_IN_PAGE)
                            look("3-wrong-password")
                            browser.giveCredentials(app().user, app().password)
                            browser.awaitPage(CONSENT_PAGE)
                            look("4-consent")
                            browser.press("Allow")
                            browser.awaitPage(ACCOUNT)
                            look("5-account")
                            browser.press("Orders")
                            browser.awaitPage("Your orders")
                            look("6-orders")
                            browser.open("${app().url}/no-such-page")
                            browser.awaitPage("There is no such page")
                            look("7-no-such-page")
                        }
                    }
                }
            }

            test("a word that is broken would be found") {
                Browser.use { browser ->
                    browser.open(app().url)
                    browser.run("document.querySelector('main > p').textContent = 'given_name'")
                    brokenWords(browser).shouldBeEmpty()
                    val narrow = "width: 2em; overflow-wrap: anywhere"
                    browser.run("document.querySelector('main > p').style.cssText = '$narrow'")

                    brokenWords(browser) shouldBe listOf("given_name")
                }
            }

            test("a page without a label would be found") {
                Browser.use { browser ->
                    browser.open("${app().server.issuer()}/login")
                    browser.run("const label = document.querySelector('label'); label.replaceWith(label.children[0])")

                    barriers(browser).map { it.toString().substringBefore(':') } shouldBe listOf("label")
                }
            }
        }
    })
