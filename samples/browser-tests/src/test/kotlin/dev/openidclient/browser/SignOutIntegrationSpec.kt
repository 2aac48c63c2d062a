package dev.openidclient.browser

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

@EnabledIf(BrowserAvailable::class)
class SignOutIntegrationSpec :
    FunSpec({
        withEachSample(usual = WebSample.JAVA) { app ->
            fun Browser.signInAndOut() {
                signIn(app())
                press("Sign out")
                awaitPage(app().title)
            }

            test("sign-out ends on the home page, signed out") {
                Browser.use { browser ->
                    browser.signInAndOut()

                    browser.url shouldBe "${app().url}/"
                    browser.text shouldContain NOT_SIGNED_IN
                }
            }

            test("sign-out ends the session at the server, too: it asks for the password again") {
                Browser.use { browser ->
                    browser.signInAndOut()

                    browser.press("Sign in")

                    browser.awaitPage(SIGN_IN_PAGE)
                }
            }

            test("the cookie of a session that was signed out is worth nothing") {
                Browser.use { browser ->
                    browser.signIn(app())
                    val stolen = browser.cookies.single { it.name == app().sample.cookie }
                    browser.press("Sign out")
                    browser.awaitPage(app().title)

                    browser.addCookie(stolen)
                    browser.open("${app().url}/account")

                    browser.awaitPage(NOT_SIGNED_IN)
                }
            }

            test("the back button after the sign-out shows nothing of the account") {
                Browser.use { browser ->
                    browser.signInAndOut()

                    browser.goBack()

                    browser.awaitPage(NOT_SIGNED_IN)
                    browser.text shouldNotContain "alice"
                }
            }

            test("another tab is signed out with this one") {
                Browser.use { browser ->
                    browser.signIn(app())
                    val first = browser.tab
                    browser.openTab()
                    browser.open("${app().url}/orders")
                    browser.awaitPage("Your orders")
                    browser.goToTab(first)
                    browser.press("Sign out")
                    browser.awaitPage(app().title)

                    browser.openTab()
                    browser.open("${app().url}/orders")

                    browser.awaitPage(NOT_SIGNED_IN)
                }
            }
        }
    })
