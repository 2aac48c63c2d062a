package dev.openidclient.browser

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import org.openqa.selenium.Keys

@EnabledIf(BrowserAvailable::class)
class SignInIntegrationSpec :
    FunSpec({
        /** Of the access token that the account page is about. */
        fun Browser.fingerprint(): String = checkNotNull(Regex("fingerprint [0-9a-f]{8}").find(text)).value

        withEachSample { app ->
            test("a person signs in and sees the claims about them, at a URL without the code") {
                Browser.use { browser ->
                    browser.signIn(app())

                    browser.url shouldBe "${app().url}/account"
                    browser.text shouldContain "iss ${app().server.issuer()}"
                    browser.text shouldContain "email alice.moreau@example.com"
                    browser.source shouldNotContain "eyJ"
                }
            }

            test("the tokens are refreshed on demand") {
                Browser.use { browser ->
                    browser.signIn(app())
                    val first = browser.fingerprint()
                    browser.reload()
                    browser.fingerprint() shouldBe first

                    browser.press("Refresh the tokens")

                    browser.awaitPage(ACCOUNT)
                    browser.fingerprint() shouldNotBe first
                }
            }

            test("the orders come from the protected API") {
                Browser.use { browser ->
                    browser.signIn(app())

                    browser.press("Orders")

                    browser.awaitPage("Your orders")
                    browser.text shouldContain "Espresso machine"
                }
            }

            test("a wrong password is refused at the server, and the right one is taken after it") {
                Browser.use { browser ->
                    browser.open("${app().url}/login")
                    browser.giveCredentials(app().user, "wrong")
                    browser.awaitPage(SIGN_IN_PAGE)
                    browser.text shouldContain "Wrong user name or password"

                    browser.giveCredentials(app().user, app().password)
                    browser.awaitPage(CONSENT_PAGE)
                    browser.press("Allow")

                    browser.awaitPage(ACCOUNT)
                }
            }

            test("a person who denies consent is told so, is not signed in, and can try again") {
                Browser.use { browser ->
                    browser.goToConsent(app())
                    browser.press("Deny")
                    browser.awaitPage("You did not allow it")
                    browser.text shouldNotContain "Sign out"

                    browser.press("Sign in")
                    browser.awaitPage(CONSENT_PAGE)
                    browser.press("Allow")

                    browser.awaitPage(ACCOUNT)
                }
            }

            test("the page that tells of a refusal has neither the error nor the state in the address bar") {
                Browser.use { browser ->
                    browser.goToConsent(app())
                    browser.press("Deny")
                    browser.awaitPage("You did not allow it")

                    browser.awaitUrl("${app().url}/callback")
                }
            }

            test("a person who allows less can sign in, and is told what needs consent") {
                Browser.use { browser ->
                    browser.goToConsent(app())
                    browser.tick("your orders")
                    browser.press("Allow")
                    browser.awaitPage(ACCOUNT)

                    browser.press("Orders")

                    browser.awaitPage("This needs your consent")
                }
            }

            test("the back button after the sign-in does not undo it") {
                Browser.use { browser ->
                    browser.signIn(app())

                    browser.goBack()
                    browser.url shouldNotContain "/callback"
                    browser.goForward()

                    browser.awaitPage(ACCOUNT)
                }
            }

            test("the keyboard alone is enough to sign in and out") {
                Browser.use { browser ->
                    browser.open(app().url)
                    browser.tabTo("Sign in")
                    browser.type(Keys.ENTER)
                    browser.awaitPage(SIGN_IN_PAGE)
                    browser.type(app().user, Keys.TAB, app().password, Keys.ENTER)
                    browser.awaitPage(CONSENT_PAGE)
                    browser.tabTo("Allow")
                    browser.type(Keys.ENTER)
                    browser.awaitPage(ACCOUNT)
                    browser.tabTo("Sign out")
                    browser.type(Keys.ENTER)

                    browser.awaitPage(app().title)
                    browser.text shouldContain NOT_SIGNED_IN
                }
            }

            test("signing in and out leaves nothing in the console") {
                Browser.use { browser ->
                    browser.signIn(app())
                    browser.press("Sign out")
                    browser.awaitPage(app().title)

                    browser.takeMessages().shouldBeEmpty()
                }
            }
        }
    })
