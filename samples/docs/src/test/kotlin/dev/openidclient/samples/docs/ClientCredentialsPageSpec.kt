package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

private const val PAGE = "client-credentials.md"

class ClientCredentialsPageSpec :
    FunSpec({
        class MovableClock : Clock() {
            var now: Instant = FakeServer.NOW

            override fun instant(): Instant = now

            override fun getZone(): ZoneId = ZoneOffset.UTC

            override fun withZone(zone: ZoneId): Clock = this
        }

        fun tokens(lifetime: String) = """{"access_token": "a", "token_type": "Bearer"$lifetime}"""

        test("kept tokens are asked for once by all that wait, and again shortly before their end") {
            val server = FakeServer()
            val clock = MovableClock()
            val kept = ServiceTokens(server.client(), clock)
            server.answer(200, tokens(""", "expires_in": 300"""))

            val first = coroutineScope { List(10) { async { kept.get() } }.awaitAll() }.distinct().single()
            clock.now += Duration.ofSeconds(269)
            kept.get() shouldBe first
            server.requests shouldHaveSize 1

            clock.now += Duration.ofSeconds(1)
            server.answer(200, tokens(""", "expires_in": 300"""))
            kept.get()
            server.requests shouldHaveSize 2
        }

        test("a failed request and tokens without a lifetime are not kept, refused ones are forgotten") {
            val server = FakeServer()
            val kept = ServiceTokens(server.client(), MovableClock())
            server.answer(503, "")
            shouldThrow<OAuthException> { kept.get() }
            repeat(2) { server.answer(200, tokens("")) }
            repeat(2) { kept.get() }
            server.requests shouldHaveSize 3

            repeat(2) { server.answer(200, tokens(""", "expires_in": 300""")) }
            val refused = kept.get()
            kept.forget(refused)
            kept.get()
            server.requests shouldHaveSize 5
        }

        test("the Java one does the same") {
            val server = FakeServer()
            val clock = MovableClock()
            val kept = KeptTokens(AsyncOpenIdClient.of(server.client()), clock)
            server.answer(503, "")
            kept.get().exceptionally { null }.join() shouldBe null
            server.answer(200, tokens(""", "expires_in": 300"""))
            val first = kept.get().join()
            kept.get().join() shouldBe first
            server.requests shouldHaveSize 2

            kept.forget(first)
            server.answer(200, tokens(""", "expires_in": 300"""))
            kept.get().join() shouldNotBe null
            clock.now += Duration.ofSeconds(270)
            server.answer(200, tokens(""", "expires_in": 300"""))
            kept.get().join()
            server.requests shouldHaveSize 4
        }

        test("scope, resource and audience are sent") {
            val server = FakeServer()
            server.answer(200, tokens(""))
            ClientCredentialsKotlin().forApi(server.client())

            val form = server.requests.single().body?.parameters
            form?.get("scope") shouldBe "orders:read"
            form?.get("resource") shouldBe "https://api.example.com"
            form?.get("audience") shouldBe "https://api.example.com"
        }

        test("the messages of the page are real") {
            val server = FakeServer()
            val metadata =
                """{"issuer": "https://as.example.com", "token_endpoint": "https://as.example.com/token",
                    "token_endpoint_auth_methods_supported": ["private_key_jwt"]}"""
            val client =
                OpenIdClient(AuthorizationServerMetadata.parse(metadata), "s6BhdRkqt3") {
                    authentication = ClientSecretBasic("secret")
                    transport = server
                }
            server.answer(401, """{"error": "invalid_client"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
            server.answer(400, """{"error": "unauthorized_client"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
            val description = """"error_description": "orders:write is not for you""""
            server.answer(400, """{"error": "invalid_scope", $description}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
            server.answer(200, """{"access_token": "a", "token_type": "mac"}""")
            pageShows(PAGE, shouldThrow<UnsupportedFeatureException> { client.clientCredentialsGrant() })
            server.answer(200, """{"access_token": "a"}""")
            pageShows(PAGE, shouldThrow<InvalidResponseException> { client.clientCredentialsGrant() })
        }
    })
