package dev.openidclient.samples.kotlinweb

import dev.openidclient.samples.server.AdjustableClock
import dev.openidclient.samples.server.Callback
import dev.openidclient.samples.server.HeadlessBrowser
import dev.openidclient.samples.server.Page
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration

class SignInSpec :
    FunSpec({
        val clock = AdjustableClock()
        lateinit var demo: Demo

        beforeSpec { demo = Demo.start(clock = clock) }
        afterSpec { demo.close() }
        beforeTest { clock.putAhead(Duration.ZERO) }

        fun browser() = HeadlessBrowser(demo.server.user().username(), demo.server.user().password())

        fun HeadlessBrowser.signIn(): Callback = signIn("${demo.url}/login", "${demo.url}/callback")

        fun HeadlessBrowser.account(): Page = open("${demo.url}/account")

        test("a person who denies consent is told so, and is not signed in") {
            val browser = browser()
            val denied = browser.deliver(browser.denyConsent("${demo.url}/login", "${demo.url}/callback"))

            denied.status() shouldBe 403
            denied.title() shouldBe "You did not allow it"
            browser.account().status() shouldBe 401
        }

        test("a callback that comes again is refused, and the sign-in stands") {
            val browser = browser()
            val callback = browser.signIn()
            browser.deliver(callback).title() shouldBe "Hello, Alice Moreau"

            val replayed = browser.deliver(callback)

            replayed.status() shouldBe 400
            replayed.title() shouldBe "This sign-in is over"
            browser.account().status() shouldBe 200
        }

        test("a callback in another browser is refused, and leaves the sign-in to its own") {
            val browser = browser()
            val callback = browser.signIn()
            val other = browser()

            other.deliver(callback).title() shouldBe "This sign-in is over"
            other.account().status() shouldBe 401
            browser.deliver(callback).title() shouldBe "Hello, Alice Moreau"
        }

        test("a callback of another sign-in is refused, and leaves the one that was begun") {
            val browser = browser()
            val genuine = browser.signIn()
            val forged = genuine.url().replace(Regex("state=[^&]*"), "state=another")

            val refused = browser.deliver(Callback(forged, null))

            refused.status() shouldBe 400
            refused.title() shouldBe "This sign-in is over"
            browser.deliver(genuine).title() shouldBe "Hello, Alice Moreau"
        }

        test("sign-in changes the session id, so that one known before it is worth nothing") {
            val before = RawRequests.get("${demo.url}/login")
            val callback = browser().signIn(before.location, "${demo.url}/callback")
            val after = RawRequests.get(callback.url(), before.sessionCookie)

            after.location shouldBe "/account"
            after.sessionCookie shouldNotBe before.sessionCookie
            RawRequests.get("${demo.url}/account", before.sessionCookie).status shouldBe 401
            RawRequests.get("${demo.url}/account", after.sessionCookie).status shouldBe 200
        }

        test("the session cookie is for this application alone, and for no script") {
            val cookie = RawRequests.get("${demo.url}/login").setCookie

            cookie shouldContain "HttpOnly"
            cookie shouldContain "SameSite=Lax"
            cookie shouldContain "Path=/"
        }

        test("no page shows a token") {
            val browser = browser()
            val account = browser.deliver(browser.signIn())

            account.body() shouldNotContain "eyJ"
            account.text() shouldContain "access token ██"
            account.text() shouldContain "refresh token ██"
        }

        test("an access token that is about to expire is refreshed first") {
            val browser = browser()
            browser.deliver(browser.signIn()).text() shouldContain "refreshed 0 ×"

            clock.putAhead(Duration.ofSeconds(295))

            browser.account().text() shouldContain "refreshed 1 ×"
        }

        test("a session that was not used for half an hour is over") {
            val browser = browser()
            browser.deliver(browser.signIn())

            clock.putAhead(Duration.ofMinutes(31))

            browser.account().title() shouldBe "You are not signed in"
        }

        test("a form from elsewhere changes nothing") {
            val browser = browser()
            browser.deliver(browser.signIn())

            val refused = browser.deliver(Callback("${demo.url}/logout", "form_token=guessed"))

            refused.status() shouldBe 403
            browser.account().status() shouldBe 200
        }

        test("who is not signed in cannot refresh or sign out") {
            browser().deliver(Callback("${demo.url}/refresh", "")).status() shouldBe 401
            browser().deliver(Callback("${demo.url}/logout", "")).status() shouldBe 401
        }

        test("a page that does not exist says so") {
            browser().open("${demo.url}/no-such-page").title() shouldBe "There is no such page"
        }
    })
