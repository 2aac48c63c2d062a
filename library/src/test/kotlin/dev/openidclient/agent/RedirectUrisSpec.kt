package dev.openidclient.agent

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class RedirectUrisSpec :
    FunSpec({
        test("the application type is that of all redirect URIs") {
            applicationType(listOf("http://127.0.0.1:1/callback", "https://[::1]/callback", "app:/callback")) shouldBe
                "native"
            applicationType(listOf("https://app.example.com/callback", "http://app.example.com/callback")) shouldBe
                "web"
        }

        for (uri in listOf("/callback", "callback", "")) {
            test("a redirect URI that is \"$uri\" has none") {
                shouldThrow<IllegalArgumentException> { applicationType(listOf(uri)) }.message shouldContain
                    "must be absolute"
            }
        }

        test("a redirect URI is registered as it is, or at another port of this machine") {
            val registered = listOf("https://app.example.com/callback", "http://127.0.0.1/callback?a=b")
            for (uri in registered + "http://127.0.0.1:49152/callback?a=b") {
                withClue(uri) { isRegistered(uri, registered) shouldBe true }
            }
            val others =
                listOf(
                    "https://app.example.com:8443/callback",
                    "https://app.example.com/callback/",
                    "https://127.0.0.1:49152/callback?a=b",
                    "http://localhost:49152/callback?a=b",
                    "http://127.0.0.1:49152/other?a=b",
                    "http://127.0.0.1:49152/callback",
                    "callback",
                )
            for (uri in others) withClue(uri) { isRegistered(uri, registered) shouldBe false }
        }
    })
