package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpResponse
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenState
import dev.openidclient.tokensource.UserTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.future.await
import java.time.Duration
import java.time.Instant

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

        fun answer(
            accessToken: String,
            more: String = "",
        ) = server.answer(200, """{"access_token": "$accessToken", "token_type": "Bearer", "expires_in": 300$more}""")

        fun sent(): List<String> = server.requests.map { it.url.substringAfterLast('/') }

        test("the token of a service goes with its call") {
            repeat(2) { round ->
                answer("b")
                server.answer(200, "{}")
                if (round == 0) {
                    TokensKotlin(client).ofService()
                } else {
                    Tokens(AsyncOpenIdClient.of(client)).ofService().join()
                }
                server.requests.last().headers["authorization"] shouldBe "Bearer b"
            }
            sent() shouldBe listOf("token", "orders", "token", "orders")
        }

        test("the tokens of a user are kept, and revoked at the sign-out") {
            val tokens = signedIn()
            repeat(2) { server.answer(200, "") }

            TokensKotlin(client).ofUsers("a-session", tokens).accessToken shouldBe "a"
            Tokens(AsyncOpenIdClient.of(client)).ofUsers("a-session", tokens).join().accessToken shouldBe "a"
            sent() shouldBe listOf("revoke", "revoke")
            form("token") shouldBe "r1"
        }

        test("a token is exchanged for its bearer") {
            val until = Instant.now().plusSeconds(60)
            repeat(2) { answer("x", """, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"""") }

            TokensKotlin(client).onBehalf("t", until).accessToken shouldBe "x"
            Tokens(AsyncOpenIdClient.of(client)).onBehalf("t", until).join().accessToken shouldBe "x"
            form("subject_token") shouldBe "t"
            form("resource") shouldBe "https://stock.example.com"
        }

        test("after a 401 there is another token, once") {
            val refusal = "www-authenticate" to """Bearer error="invalid_token""""
            val service = ClientCredentialsTokens(client) { forcedRenewalInterval = Duration.ZERO }
            val source = service.source()
            for (orders in listOf<suspend () -> HttpResponse>(
                { TokensKotlin(client).orders(source) },
                { Tokens(AsyncOpenIdClient.of(client)).orders(AsyncTokenSource.from(source)).await() },
            )) {
                server.requests.clear()
                if (source.state() == TokenState.Unused) answer("b")
                server.answer(401, "{}", refusal)
                answer("c")
                server.answer(200, "{}")

                orders().status shouldBe 200
                server.requests.last().headers["authorization"] shouldBe "Bearer c"
                sent().takeLast(3) shouldBe listOf("orders", "token", "orders")
            }
            service.close()
        }

        test("stored tokens are what they were") {
            val tokens = signedIn()

            for (again in listOf(
                TokensKotlin(client).stored(tokens),
                Tokens(AsyncOpenIdClient.of(client)).stored(tokens),
            )) {
                again.refreshToken shouldBe "r1"
                again.claims?.subject shouldBe "alice"
            }
            shouldThrow<IllegalArgumentException> { TokenResponse.decode("something else") }
        }

        test("the lifetimes of the page are those of the library") {
            server.answer(200, """{"access_token": "b", "token_type": "Bearer"}""")
            val service = ClientCredentialsTokens(client)
            service.source().token().expiresIn shouldBe null
            service.source().state() shouldBe TokenState.Fresh
            service.close()
            shouldThrow<IllegalStateException> { service.source() }.message shouldBe "the token source is closed"
        }

        test("the messages of the page are real") {
            val tokens = signedIn()
            val users = UserTokens(client)
            pageShows(PAGE, shouldThrow<TokenSourceException> { users.source("a-session").token() })
            users.put("a-session", tokens)
            val source = users.source("a-session")
            source.invalidate(source.token())
            server.answer(400, """{"error": "invalid_grant"}""")
            pageShows(PAGE, shouldThrow<TokenSourceException> { source.token() })
            users.close()
            pageShows(PAGE, shouldThrow<IllegalStateException> { source.token() })
            val endless = server.client { timeout = Duration.ZERO }
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { UserTokens(endless) })
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
