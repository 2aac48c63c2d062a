package dev.openidclient.signin

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

class SignInCookieSpec :
    FunSpec({
        val world = SignInWorld()

        suspend fun headers(
            mode: String? = null,
            configure: SignInSettings.() -> Unit = {},
        ): List<String> {
            val signIn = world.signIn(world.client { pendingAuthorizationLifetime = Duration.ofMinutes(20) }, configure)
            val old =
                List(
                    5,
                ) { "${if (signIn.toString().contains("localhost")) "" else "__Host-"}signin-${"A".repeat(15)}$it=x" }
            val begun = signIn.begin(old.joinToString("; ")) { mode?.let(::responseMode) }
            return begun.cookies.map { cookie ->
                val shown = cookie.headerValue()
                if (cookie.maxAge.isZero) {
                    shown
                } else {
                    shown
                        .replace(
                            cookie.value,
                            "VALUE",
                        ).replace(cookie.name.takeLast(16), "ID")
                }
            }
        }

        test("has the prefix __Host- and every attribute, byte by byte, and so has the one that deletes it") {
            headers() shouldBe
                listOf(
                    "__Host-signin-ID=VALUE; Path=/; Max-Age=1200; Secure; HttpOnly; SameSite=Lax",
                    "__Host-signin-AAAAAAAAAAAAAAA0=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
                )
        }

        test("is SameSite=None for response_mode=form_post, whose form another site posts") {
            headers("form_post") shouldBe
                listOf(
                    "__Host-signin-ID=VALUE; Path=/; Max-Age=1200; Secure; HttpOnly; SameSite=None",
                    "__Host-signin-AAAAAAAAAAAAAAA0=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None",
                )
        }

        test("has neither prefix nor Secure with insecureCookies(), on this machine") {
            for (host in listOf("localhost:8080", "app.localhost", "127.0.0.1:8080", "[::1]:8080")) {
                val signIn =
                    world.signIn {
                        redirectUri = "http://$host/callback"
                        insecureCookies()
                    }
                val cookie = signIn.begin(null).cookies.single()
                cookie.headerValue() shouldBe
                    "${cookie.name}=${cookie.value}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"
                cookie.name.take(7) shouldBe "signin-"
                val posted = signIn.begin(null) { responseMode("form_post") }.cookies.single()
                posted.headerValue() shouldBe "${posted.name}=${posted.value}; Path=/; Max-Age=3600; HttpOnly"
            }
        }

        test("its parts are there for frameworks with cookies of their own") {
            val cookie = world.signIn { cookieName = "shop" }.begin(null).cookies.single()
            cookie.name.take(12) shouldBe "__Host-shop-"
            cookie.path shouldBe "/"
            cookie.maxAge shouldBe Duration.ofHours(1)
            cookie.isSecure shouldBe true
            cookie.isHttpOnly shouldBe true
            cookie.sameSite shouldBe "Lax"
            cookie.toString() shouldBe
                "SignInCookie(${cookie.name}=██; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax)"
        }
    })
