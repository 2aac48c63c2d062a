package dev.openidclient.samples.docs

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Clock
import java.time.Duration

class TestingSpec :
    FunSpec({
        // region callback
        test("a person who comes back with a code is signed in") {
            val server = FakeServer()
            val client = server.client()
            val request =
                client.authorizationRequest {
                    redirectUri("https://rp.example.com/callback")
                    scope("openid")
                }
            val idToken = server.idToken(request.pending, subject = "alice")
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")

            var signedIn: TokenResponse? = null
            val callbackUrl = "https://rp.example.com/callback?code=c&state=${request.pending.state}"
            val shown = CallbackKotlin(client).finish(callbackUrl, request.pending) { signedIn = it }

            shown shouldBe null
            signedIn?.claims?.subject shouldBe "alice"
            server.requests.single().body?.parameters?.get("code") shouldBe "c"
        }
        // endregion

        test("a callback of another sign-in is refused, and nothing is sent") {
            val server = FakeServer()
            val client = server.client()
            val request = client.authorizationRequest { scope("openid") }

            val shown = CallbackKotlin(client).finish("/callback?code=c&state=another", request.pending) {}

            shown shouldBe "This sign-in cannot be trusted. Please begin again."
            server.requests shouldBe emptyList()
        }

        // region outage
        test("when the server does not answer, the person may begin again later") {
            val server = FakeServer()
            val client = server.client()
            val request = client.authorizationRequest { scope("openid") }
            server.fail(TransportException(ErrorCode.NETWORK_ERROR, "connection reset", reached = Reached.UNKNOWN))

            val callbackUrl = "https://rp.example.com/callback?code=c&state=${request.pending.state}"
            val shown = CallbackKotlin(client).finish(callbackUrl, request.pending) {}

            shown shouldBe "The sign-in service does not answer. Please begin again later."
        }
        // endregion

        // region clock
        test("tokens are renewed half a minute before they end") {
            val server = FakeServer()
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "expires_in": 300}""")
            val tokens = server.client().clientCredentialsGrant()

            fun clockAfter(time: Duration) = Clock.offset(Clock.fixed(FakeServer.NOW, Clock.systemUTC().zone), time)

            tokens.isExpiring(Duration.ofSeconds(30), clockAfter(Duration.ofSeconds(269))) shouldBe false
            tokens.isExpiring(Duration.ofSeconds(30), clockAfter(Duration.ofSeconds(270))) shouldBe true
        }
        // endregion

        test("a request too many is a failure of the test, not an answer") {
            val failure =
                shouldThrow<IllegalStateException> { FakeServer().client().clientCredentialsGrant() }

            failure.message?.startsWith("no answer is left for POST https://as.example.com/token") shouldBe true
        }
    })
