package dev.openidclient.browser

import dev.openidclient.samples.server.AdjustableClock
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration

@EnabledIf(BrowserAvailable::class)
class CallbackIntegrationSpec :
    FunSpec({
        val clock = AdjustableClock()

        withEachSample(clock, usual = WebSample.JAVA) { app ->
            fun Browser.openAccount() = open("${app().url}/account")

            test("a callback that is loaded again is refused, and the sign-in stands") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())
                    browser.open(callback)
                    browser.awaitPage(ACCOUNT)

                    browser.open(callback)
                    browser.awaitPage(SIGN_IN_OVER)
                    browser.reload()
                    browser.awaitPage(SIGN_IN_OVER)

                    browser.press("Your account")
                    browser.awaitPage(ACCOUNT)
                }
            }

            test("of a callback that is loaded twice at once, one signs in and the other is refused") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())
                    browser.open("${app().url}/")
                    val before = browser.tabs

                    browser.run("window.open(arguments[0]); window.open(arguments[0])", callback)

                    val pages = (browser.awaitTabs(before.size + 2) - before).map(browser::awaitTitleIn)
                    pages shouldContainExactlyInAnyOrder listOf(ACCOUNT, SIGN_IN_OVER)
                    browser.openAccount()
                    browser.awaitPage(ACCOUNT)
                }
            }

            test("two tabs that sign in at the same time both get there") {
                Browser.use { browser ->
                    browser.goToConsent(app())
                    val first = browser.tab
                    browser.openTab()
                    browser.open("${app().url}/login")
                    browser.awaitPage(CONSENT_PAGE)
                    val second = browser.tab

                    for (tab in listOf(first, second)) {
                        browser.goToTab(tab)
                        browser.press("Allow")
                        browser.awaitPage(ACCOUNT)
                    }
                }
            }

            test("a callback of one browser is refused in another, which is not signed in by it") {
                Browser.use { attacker ->
                    val callback = attacker.callbackOf(app())
                    Browser.use { victim ->
                        victim.open("${app().url}/login")
                        victim.awaitPage(SIGN_IN_PAGE)

                        victim.open(callback)

                        victim.awaitPage(SIGN_IN_OVER)
                        victim.openAccount()
                        victim.awaitPage(NOT_SIGNED_IN)
                    }
                    attacker.open(callback)
                    attacker.awaitPage(ACCOUNT)
                }
            }

            test("a callback with another state is refused, and leaves the sign-in that was begun") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())

                    browser.open(callback.replace(Regex("state=[^&]*"), "state=another"))
                    browser.awaitPage(SIGN_IN_OVER)

                    browser.open(callback)
                    browser.awaitPage(ACCOUNT)
                }
            }

            test("a callback with two states is refused, and leaves the sign-in that was begun") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())

                    browser.open("$callback&state=another")
                    browser.awaitPage("The authorization server made a mistake")

                    browser.open(callback)
                    browser.awaitPage(ACCOUNT)
                }
            }

            test("a callback with another code is refused and uses the sign-in up") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())

                    browser.open(callback.replace(Regex("code=[^&]*"), "code=another"))
                    browser.awaitPage("Your sign-in is no longer accepted")

                    browser.open(callback)
                    browser.awaitPage(SIGN_IN_OVER)
                }
            }

            test("an error that somebody wrote into a callback is not repeated on the page") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())
                    val state = callback.substringAfter("state=").substringBefore('&')

                    browser.open(
                        "${app().url}/callback?error=server_error&state=$state" +
                            "&error_description=%3Cscript%3Edocument.title%3D%22owned%22%3C%2Fscript%3Ecall+me",
                    )

                    browser.awaitPage("The authorization server made a mistake")
                    browser.source shouldNotContain "call me"
                }
            }

            test("a callback that belongs to nothing is refused") {
                Browser.use { browser ->
                    for (query in listOf("", "?code=a&state=b", "?error=access_denied", "?state=%ff%00", "?&&=")) {
                        browser.open("${app().url}/callback$query")
                        browser.awaitPage(SIGN_IN_OVER)
                    }
                }
            }

            test("a callback that is damaged is no fault of the application") {
                Browser.use { browser ->
                    for (query in listOf("?code=%", "?state=%zz&code=a")) {
                        browser.open("${app().url}/callback$query")
                        browser.title shouldBeIn listOf(SIGN_IN_OVER, "There is no such page")
                    }
                }
            }

            test("a person who takes an hour has to begin again") {
                Browser.use { browser ->
                    val callback = browser.callbackOf(app())
                    clock.putAhead(Duration.ofMinutes(61))

                    browser.open(callback)

                    browser.awaitPage(SIGN_IN_OVER)
                    browser.text shouldContain "it took too long"
                }
            }

            test("a person who is away for half an hour is signed out, and can sign in again") {
                Browser.use { browser ->
                    browser.signIn(app())

                    clock.putAhead(Duration.ofMinutes(31))
                    browser.reload()
                    browser.awaitPage(NOT_SIGNED_IN)

                    clock.putAhead(Duration.ZERO)
                    browser.press("Sign in")
                    browser.awaitPage(CONSENT_PAGE)
                    browser.press("Allow")
                    browser.awaitPage(ACCOUNT)
                }
            }
        }
    })
