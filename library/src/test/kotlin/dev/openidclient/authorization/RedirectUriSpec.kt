package dev.openidclient.authorization

import dev.openidclient.client.InsecureRequests
import dev.openidclient.testing.StubServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class RedirectUriSpec :
    FunSpec({
        val client = StubServer().client()

        test("an http redirect URI is taken at this machine") {
            val uris =
                listOf(
                    "http://127.0.0.1:49152/callback",
                    "http://127.8.9.1/callback",
                    "http://[::1]:49152/callback",
                    "http://localhost:8080/callback",
                    "http://LOCALHOST/",
                    "http://app.localhost:8080/callback",
                )
            for (uri in uris) {
                withClue(uri) { client.authorizationRequest { redirectUri(uri) }.pending.redirectUri shouldBe uri }
            }
        }

        test("an http redirect URI elsewhere is refused: the code would go there in the open") {
            val uris =
                listOf(
                    "http://app.example.com/callback",
                    "HTTP://app.example.com/callback",
                    "http://192.168.0.1/callback",
                    "http://0.0.0.0/callback",
                    "http://10.0.0.1/callback",
                    "http://127.0.0.1.example.com/callback",
                    "http://127.1/callback",
                    "http://localhost.example.com/callback",
                    "http://notlocalhost/callback",
                    "http://127.0.0.1@example.com/callback",
                    "http:///callback",
                    "http:callback",
                )
            for (uri in uris) {
                withClue(uri) {
                    shouldThrow<IllegalArgumentException> { client.authorizationRequest { redirectUri(uri) } }
                        .message shouldContain "http is for this machine only"
                }
            }
            shouldThrow<IllegalArgumentException> {
                client.authorizationRequest { redirectUri("http://app.example.com/callback?secret=s3cr3t") }
            }.message shouldNotContain "s3cr3t"
        }

        test("https, an app's own scheme and no redirect URI at all are as before") {
            for (uri in listOf("https://app.example.com/callback", "com.example.app:/callback", "myapp://cb")) {
                withClue(uri) { client.authorizationRequest { redirectUri(uri) }.pending.redirectUri shouldBe uri }
            }
            client.authorizationRequest().pending.redirectUri shouldBe null
        }

        test("a client that may send over http may be called back over it, for tests") {
            @OptIn(InsecureRequests::class)
            val insecure = StubServer().client { allowInsecureRequests() }
            val uri = "http://app.test:8080/callback"
            insecure.authorizationRequest { redirectUri(uri) }.pending.redirectUri shouldBe uri
        }
    })
