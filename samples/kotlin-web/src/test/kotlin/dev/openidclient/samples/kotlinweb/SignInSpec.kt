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

        fun Page.fingerprint(): String = checkNotNull(Regex("fingerprint [0-9a-f]{8}").find(text())).value

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

        /** The answer to a callback that came with the cookie of its sign-in, and with [more]. */
        fun signedIn(more: String = ""): RawResponse {
            val begun = RawRequests.get("${demo.url}/login")
            val callback = browser().signIn(begun.location, "${demo.url}/callback")
            return RawRequests.get(callback.url(), begun.cookie + more)
        }

        test("sign-in gives the session a new id, so that one known before it is worth nothing") {
            val first = signedIn()
            val second = signedIn("; ${first.cookie}")

            second.location shouldBe "/account"
            second.cookie shouldNotBe first.cookie
            RawRequests.get("${demo.url}/account", first.cookie).status shouldBe 401
            RawRequests.get("${demo.url}/account", second.cookie).status shouldBe 200
        }

        test("the cookies are for this application alone, and for no script") {
            for (cookie in listOf(RawRequests.get("${demo.url}/login").setCookie, signedIn().setCookie)) {
                cookie shouldContain "HttpOnly"
                cookie shouldContain "SameSite=Lax"
                cookie shouldContain "Path=/"
            }
        }

        test("another instance with the same store takes the callback, and has the session, until either ends it") {
            demo.startInstance().use { other ->
                val begun = RawRequests.get("${demo.url}/login")
                val callback = browser().signIn(begun.location, "${demo.url}/callback")
                val elsewhere = callback.url().replace(demo.url, other.url)
                val session = RawRequests.get(elsewhere, begun.cookie).cookie

                RawRequests.get(callback.url(), begun.cookie).status shouldBe 400
                for (url in listOf(demo.url, other.url)) RawRequests.get("$url/account", session).status shouldBe 200

                demo.server.sendBackChannelLogout("${other.url}/backchannel-logout") shouldBe 200
                for (url in listOf(demo.url, other.url)) RawRequests.get("$url/account", session).status shouldBe 401
            }
        }

        test("a cookie that nobody gave is no session") {
            for (cookie in listOf("KOTLIN_WEB_SESSION=", "KOTLIN_WEB_SESSION=guessed")) {
                RawRequests.get("${demo.url}/account", cookie).status shouldBe 401
            }
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
            val first = browser.deliver(browser.signIn()).fingerprint()
            browser.account().fingerprint() shouldBe first

            clock.putAhead(Duration.ofSeconds(295))

            browser.account().fingerprint() shouldNotBe first
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
