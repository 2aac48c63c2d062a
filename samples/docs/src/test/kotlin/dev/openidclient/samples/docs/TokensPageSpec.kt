package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import java.time.Clock
import java.time.Duration
import java.time.ZoneOffset
import java.util.Optional
import java.util.concurrent.CompletionException

private const val PAGE = "tokens.md"

class TokensPageSpec :
    FunSpec({
        val server = FakeServer()
        val client = server.client()
        beforeTest { server.requests.clear() }

        suspend fun signedIn(more: String = """, "refresh_token": "r1", "expires_in": 300"""): TokenResponse {
            val request = client.authorizationRequest { scope("openid") }
            val idToken = server.idToken(request.pending, subject = "alice")
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"$more}""")
            return client
                .authorizationCodeGrant("/callback?code=c&state=${request.pending.state}", request.pending)
                .also { server.requests.clear() }
        }

        fun form(name: String): String? = server.requests.last().body?.parameters?.get(name)

        test("a refresh gives what came, and what did not come stays") {
            val earlier = signedIn()
            server.answer(200, """{"access_token": "b", "token_type": "Bearer"}""")
            val later = TokensKotlin(client).refreshed(earlier)

            form("refresh_token") shouldBe "r1"
            later?.accessToken shouldBe "b"
            later?.refreshToken shouldBe "r1"
            later?.claims?.subject shouldBe "alice"
        }

        test("invalid_grant and a lost answer end the sign-in, an unreachable server does not") {
            val java = Tokens(AsyncOpenIdClient.of(client))
            val earlier = signedIn()
            server.answer(400, """{"error": "invalid_grant"}""")
            TokensKotlin(client).refreshed(earlier) shouldBe null
            server.answer(400, """{"error": "invalid_grant"}""")
            java.refreshed(earlier).join() shouldBe Optional.empty()

            for (reached in listOf(Reached.UNKNOWN, Reached.NO)) {
                repeat(2) { server.fail(TransportException(ErrorCode.NETWORK_ERROR, "broken", reached = reached)) }
                if (reached == Reached.UNKNOWN) {
                    TokensKotlin(client).refreshed(earlier) shouldBe null
                    java.refreshed(earlier).join() shouldBe Optional.empty()
                } else {
                    shouldThrow<TransportException> { TokensKotlin(client).refreshed(earlier) }
                    shouldThrow<CompletionException> { java.refreshed(earlier).join() }
                        .cause
                        .shouldBeInstanceOf<TransportException>()
                }
            }
        }

        test("tokens of another person are revoked") {
            val earlier = signedIn()
            val pending = client.authorizationRequest { scope("openid") }.pending
            repeat(2) { round ->
                val idToken = server.idTokenWith(earlier.claims?.nonce ?: pending.state, subject = "mallory")
                server.answer(
                    200,
                    """{"access_token": "b", "token_type": "Bearer", "refresh_token": "r2", "id_token": "$idToken"}""",
                )
                server.answer(200, "")
                if (round == 0) {
                    TokensKotlin(client).refreshed(earlier) shouldBe null
                } else {
                    Tokens(AsyncOpenIdClient.of(client)).refreshed(earlier).join() shouldBe Optional.empty()
                }
                server.requests.last().url shouldBe "https://as.example.com/revoke"
                form("token") shouldBe "r2"
            }
        }

        test("the tokens of a person are refreshed by one request for all that wait") {
            val late = Clock.fixed(FakeServer.NOW + Duration.ofSeconds(280), ZoneOffset.UTC)
            val tokens = PersonTokens(client, signedIn(), late)
            server.answer(200, """{"access_token": "b", "token_type": "Bearer", "refresh_token": "r2"}""")

            val all = coroutineScope { List(10) { async { tokens.get() } }.awaitAll() }

            all.map { it.accessToken }.distinct() shouldBe listOf("b")
            server.requests shouldHaveSize 1
        }

        test("who is cancelled during a refresh leaves the new tokens to the others") {
            val late = Clock.fixed(FakeServer.NOW + Duration.ofSeconds(280), ZoneOffset.UTC)
            var asking: Job? = null
            val cancelling =
                HttpTransport { request ->
                    asking?.cancel()
                    yield()
                    server.send(request)
                }
            val tokens = PersonTokens(server.client { transport = cancelling }, signedIn(), late)
            server.answer(200, """{"access_token": "b", "token_type": "Bearer", "refresh_token": "r2"}""")
            coroutineScope {
                val refreshing = launch(start = CoroutineStart.LAZY) { tokens.get() }
                asking = refreshing
                refreshing.join()
            }

            tokens.get().accessToken shouldBe "b"
            server.requests shouldHaveSize 1
        }

        test("revocation, introspection, exchange and assertions send what the page says") {
            val page = TokensKotlin(client)
            val tokens = signedIn()
            repeat(2) { server.answer(200, "") }
            page.signOut(tokens)
            server.requests.map { it.body?.parameters?.get("token") } shouldBe listOf("r1", "a")

            server.answer(200, """{"active": true, "scope": "orders:read stock:read"}""")
            page.accepted("t")?.isActive shouldBe true
            server.answer(200, """{"active": true, "scope": "stock:read"}""")
            page.accepted("t") shouldBe null
            server.answer(200, """{"active": false}""")
            page.accepted("t") shouldBe null

            server.answer(200, """{"access_token": "x", "token_type": "Bearer", "issued_token_type": "urn:x"}""")
            page.exchanged("t").issuedTokenType shouldBe "urn:x"
            form("resource") shouldBe "https://stock.example.com"

            repeat(2) { server.answer(200, """{"access_token": "x", "token_type": "Bearer"}""") }
            page.asserted("j.w.t", "<Assertion/>") shouldHaveSize 2
            form("assertion") shouldBe "PEFzc2VydGlvbi8-"
        }

        test("the messages of the page are real") {
            val tokens = signedIn()
            server.answer(400, """{"error": "invalid_grant"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.refreshTokenGrant(tokens) })
            val idToken = server.idTokenWith(checkNotNull(tokens.claims?.nonce), subject = "mallory")
            server.answer(200, """{"access_token": "b", "token_type": "Bearer", "id_token": "$idToken"}""")
            pageShows(PAGE, shouldThrow<ValidationException> { client.refreshTokenGrant(tokens) })
            val without = signedIn("")
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { client.refreshTokenGrant(without) })
            val other = OpenIdClient(AuthorizationServerMetadata.parse(FakeServer.METADATA), "other")
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { other.refreshTokenGrant(tokens) })
            server.answer(200, """{"active": "yes"}""")
            pageShows(PAGE, shouldThrow<InvalidResponseException> { client.introspect("t") })
            val bare = """{"issuer": "https://as.example.com"}"""
            pageShows(
                PAGE,
                shouldThrow<MetadataException> {
                    OpenIdClient(AuthorizationServerMetadata.parse(bare), "s6BhdRkqt3").revoke("t")
                },
            )
        }
    })
