package dev.openidclient.samples.docs

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.samples.docs.integrations.testSignIn
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestClock
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.UserTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest
import java.time.Clock
import java.time.Duration
import dev.openidclient.samples.docs.integrations.Testing as IntegrationTesting

class TestingSpec :
    FunSpec({
        // region server
        fun testServer(time: Clock) =
            TestAuthorizationServer {
                client("s6BhdRkqt3", "secret") { redirectUris("https://rp.example.com/callback") }
                rotateRefreshTokens()
                accessTokenLifetime = Duration.ofMinutes(5)
                clock = time
            }

        fun clientOf(
            server: TestAuthorizationServer,
            time: Clock,
        ) = OpenIdClient(server.metadata, "s6BhdRkqt3") {
            transport = server
            clientSecret("secret")
            clock = time
        }
        // endregion

        // region sign-in
        test("a person who comes back is signed in") {
            val server = testServer(TestClock())
            val client = clientOf(server, TestClock())
            val request =
                client.authorizationRequest {
                    redirectUri("https://rp.example.com/callback")
                    scope("openid", "email")
                }

            val callbackUrl = server.signIn(request.url, subject = "alice")
            var signedIn: TokenResponse? = null
            val shown = CallbackKotlin(client).finish(callbackUrl, request.pending) { signedIn = it }

            shown shouldBe null
            signedIn?.claims?.subject shouldBe "alice"
        }
        // endregion

        test("a person who refuses reads what that means") {
            val server = testServer(TestClock())
            val client = clientOf(server, TestClock())
            val request = client.authorizationRequest { redirectUri("https://rp.example.com/callback") }

            val shown = CallbackKotlin(client).finish(server.deny(request.url), request.pending) {}

            shown shouldBe "You did not allow it."
        }

        // region tokens
        test("the account page shows the address") {
            val tokens = testServer(TestClock()).tokens("alice", "s6BhdRkqt3") { claim("email", "alice@example.com") }

            accountPage(tokens) shouldBe "Signed in as alice@example.com"
        }
        // endregion

        // region outage
        test("an outage is felt by nobody while the token lives") {
            runTest {
                val time = TestClock.following { testScheduler.currentTime }
                val server = testServer(time)
                val client = clientOf(server, time)
                ClientCredentialsTokens(client) { coroutineContext = StandardTestDispatcher(testScheduler) }.use {
                    val orders = it.source { scope("orders:read") }
                    val first = orders.token()
                    server.down {
                        delay(250_000) // of 5 minutes: it is time for another one, which cannot be had
                        orders.token() shouldBe first
                        delay(10_000)
                        orders.token() shouldBe first
                    }
                    server.tokenEndpoint.requestCount shouldBe 2
                    server.tokenEndpoint.processedCount shouldBe 1
                }
            }
        }
        // endregion

        test("a refresh token whose answer was lost is not sent again at once") {
            runTest {
                val time = TestClock.following { testScheduler.currentTime }
                val server = testServer(time)
                UserTokens(clientOf(server, time)) { coroutineContext = StandardTestDispatcher(testScheduler) }.use {
                    it.put("session-1", server.tokens("alice", "s6BhdRkqt3"))
                    delay(250_000)
                    server.tokenEndpoint.dropNextAnswer()
                    repeat(10) { _ ->
                        it.source("session-1").token()
                        delay(1_000)
                    }
                    server.reusedRefreshTokens shouldBe 0
                }
            }
        }

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

        test("a callback of another sign-in is refused, and nothing is sent") {
            val server = FakeServer()
            val client = server.client()
            val request = client.authorizationRequest { scope("openid") }

            val shown = CallbackKotlin(client).finish("/callback?code=c&state=another", request.pending) {}

            shown shouldBe "This sign-in cannot be trusted. Please begin again."
            server.requests shouldBe emptyList()
        }

        test("when the server does not answer, the person may begin again later") {
            val server = FakeServer()
            val client = server.client()
            val request = client.authorizationRequest { scope("openid") }
            server.fail(TransportException(ErrorCode.NETWORK_ERROR, "connection reset", reached = Reached.UNKNOWN))

            val callbackUrl = "https://rp.example.com/callback?code=c&state=${request.pending.state}"
            val shown = CallbackKotlin(client).finish(callbackUrl, request.pending) {}

            shown shouldBe "The sign-in service does not answer. Please begin again later."
        }

        test("tokens are renewed half a minute before they end") {
            val server = FakeServer()
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "expires_in": 300}""")
            val tokens = server.client().clientCredentialsGrant()

            fun clockAfter(time: Duration) = Clock.offset(Clock.fixed(FakeServer.NOW, Clock.systemUTC().zone), time)

            tokens.isExpiring(Duration.ofSeconds(30), clockAfter(Duration.ofSeconds(269))) shouldBe false
            tokens.isExpiring(Duration.ofSeconds(30), clockAfter(Duration.ofSeconds(270))) shouldBe true
        }

        test("a request too many is a failure of the test, not an answer") {
            val failure =
                shouldThrow<IllegalStateException> { FakeServer().client().clientCredentialsGrant() }

            failure.message?.startsWith("no answer is left for POST https://as.example.com/token") shouldBe true
        }

        test("the Java of the page does what it says") {
            val page = Testing(TestClock())

            page.signIn() shouldBe "alice"
            page.tokens().claims?.toMap()?.get("email") shouldBe "alice@example.com"
            page.server().tokenEndpoint.requestCount shouldBe 1
            shouldThrow<Exception> { page.outage().get() }.message shouldContain "503"
            page.server().tokenEndpoint.requestCount shouldBe 2
        }

        test("the README of the module signs somebody in") {
            testSignIn().claims?.subject shouldBe "alice"
            IntegrationTesting.signIn().claims?.subject shouldBe "alice"
        }
    })

private fun accountPage(tokens: TokenResponse): String = "Signed in as ${tokens.claims?.toMap()?.get("email")}"
