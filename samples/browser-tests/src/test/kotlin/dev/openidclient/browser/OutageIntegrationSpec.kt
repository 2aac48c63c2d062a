package dev.openidclient.browser

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

private const val NO_ANSWER = "The authorization server does not answer"

@EnabledIf(BrowserAvailable::class)
class OutageIntegrationSpec :
    FunSpec({
        for (sample in WebSample.entries) {
            context("$sample") {
                test("a server that goes down while a person signs in makes a page that says so") {
                    sample.start().use { app ->
                        Browser.use { browser ->
                            val callback = browser.callbackOf(app)
                            app.server.close()

                            browser.open(callback)

                            browser.awaitPage(NO_ANSWER)
                            browser.text shouldContain "Please try again in a moment"
                            browser.text shouldNotContain "Exception"
                            browser.press("Sign in") // and the browser says the rest
                        }
                    }
                }

                test("a server that goes down after the sign-in does not sign the person out, but they can") {
                    sample.start().use { app ->
                        Browser.use { browser ->
                            browser.signIn(app)
                            app.server.close()
                            for (page in listOf("account", "orders")) {
                                browser.open("${app.url}/$page")
                                browser.awaitPage(NO_ANSWER)
                                browser.text shouldContain "Sign out"
                            }

                            browser.press("Sign out")

                            browser.open("${app.url}/account")
                            browser.awaitPage(NOT_SIGNED_IN)
                        }
                    }
                }
            }
        }
    })
