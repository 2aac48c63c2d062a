package dev.openidclient.ktor

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.request.get
import io.ktor.client.request.header

private val OTHERS =
    mapOf(
        "another host" to "https://evil.example.net/orders",
        "a subdomain" to "https://x.api.example.com/orders",
        "another port" to "https://api.example.com:8443/orders",
        "another scheme" to "http://api.example.com/orders",
        "user information that looks like the host" to "https://api.example.com@evil.example.net/orders",
        "the same with a slash in it" to "https://api.example.com%2F@evil.example.net/orders",
        "user information of the host itself" to "https://me@api.example.com/orders",
        "a twin with an international name" to "https://api.ex\u0430mple.com/orders",
        "the same in ASCII" to "https://api.xn--exmple-4nf.com/orders",
        "the host as a prefix" to "https://api.example.com.evil.example.net/orders",
    )

class OAuthRedirectSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        for (status in listOf(301, 302, 303, 307, 308)) {
            for ((what, location) in OTHERS) {
                test("a $status to $what brings neither token nor proof there") {
                    inWorld(isBound = true) {
                        answer("$API/orders", movedTo(location, status))
                        http { install(HttpRedirect) { allowHttpsDowngrade = true } }.get("$API/orders")
                        sent.size shouldBe 2
                        sent[0].dpop.shouldNotBeNull()
                        sent[1].authorization.shouldBeNull()
                        sent[1].dpop.shouldBeNull()
                    }
                }
            }
        }

        test("a back slash ends the host for Ktor: what follows gets no token by it") {
            inWorld {
                answer("$API/orders", movedTo("https://api.example.com\\@evil.example.net/orders"))
                http().get("$API/orders")
                engine.requestHistory.map { it.url.host }.distinct() shouldBe listOf("api.example.com")
            }
        }

        test("a hop to another origin keeps the headers of the caller") {
            inWorld(isBound = true) {
                answer("$API/orders", movedTo("$ELSEWHERE/orders"))
                http().get("$API/orders") { header("X-Trace", "1") }
                engine.requestHistory.map { it.headers["X-Trace"] } shouldBe listOf("1", "1")
            }
        }

        test("a hop to another allowed origin has a token and a proof for it") {
            inWorld(isBound = true) {
                answer("$API/orders", movedTo("$ELSEWHERE/orders"))
                http { install(OAuth) { allow(ELSEWHERE) } }.get("$API/orders")
                sent[1].proven("htu") shouldBe "$ELSEWHERE/orders"
                sent[1].token shouldBe source.token().accessToken
            }
        }
    })
