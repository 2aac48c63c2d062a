package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.async.AsyncUserTokens
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.logout.LogoutAnswer
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.logout.verifyLogoutToken
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.revoke
import dev.openidclient.token.verifyJwt
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.InMemoryReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import java.time.Clock
import java.time.Instant
import java.time.ZoneOffset
import kotlin.io.path.readText

private const val PAGE = "logout.md"
private const val FORM = "application/x-www-form-urlencoded"

class LogoutPageSpec :
    FunSpec({
        val server = FakeServer()
        beforeTest { server.requests.clear() }

        suspend fun signedIn(client: OpenIdClient): TokenResponse {
            val request = client.authorizationRequest { scope("openid") }
            val idToken = server.idToken(request.pending, subject = "alice")
            server.answer(
                200,
                """{"access_token": "a", "token_type": "Bearer", "refresh_token": "r", "id_token": "$idToken"}""",
            )
            return client.authorizationCodeGrant("/callback?code=c&state=${request.pending.state}", request.pending)
        }

        test("the URL has hint and way back, and nothing is sent for it") {
            val client = server.client()
            val tokens = signedIn(client)
            val url = LogoutKotlin(client).url(tokens)

            url shouldContain "https://as.example.com/logout?"
            url shouldContain "id_token_hint=${tokens.idToken}"
            url shouldContain "client_id=s6BhdRkqt3"
            Logout(AsyncOpenIdClient.of(client)).url(tokens) shouldBe url
        }

        test("signing out revokes the refresh token, and goes on where that fails") {
            val client = server.client()
            val tokens = signedIn(client)
            for (status in listOf(200, 503)) {
                repeat(2) { server.answer(status, "") }
                LogoutKotlin(client).signOut(tokens) shouldContain "/logout?"
                server.requests.last().body?.parameters?.get("token") shouldBe "r"
                Logout(AsyncOpenIdClient.of(client)).signOut(tokens).join() shouldContain "/logout?"
            }
        }

        test("a server without these endpoints does no harm") {
            val bare =
                OpenIdClient(
                    AuthorizationServerMetadata.parse(
                        """{"issuer": "https://as.example.com", "token_endpoint": "https://as.example.com/token",
                            "authorization_endpoint": "https://as.example.com/authorize"}""",
                    ),
                    "s6BhdRkqt3",
                ) {
                    transport = server
                    clock = Clock.fixed(FakeServer.NOW, ZoneOffset.UTC)
                }
            val tokens = signedIn(bare)
            LogoutKotlin(bare).signOut(tokens) shouldBe "https://rp.example.com/signed-out"
            Logout(AsyncOpenIdClient.of(bare)).signOut(tokens).join() shouldBe "https://rp.example.com/signed-out"
            pageShows(PAGE, shouldThrow<MetadataException> { bare.endSessionUrl() })
        }

        test("the messages of the page are real") {
            val client = server.client()
            val tokens = signedIn(client)
            val other = OpenIdClient(AuthorizationServerMetadata.parse(FakeServer.METADATA), "other")
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { other.endSessionUrl { idTokenHint(tokens) } })
            server.answer(400, """{"error": "unsupported_token_type"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.revoke("a") })
            val kind = shouldThrow<IllegalArgumentException> { client.verifyJwt("j.w.t", "logout+jwt", null) }
            Path.of("../../docs/$PAGE").readText() shouldContain kind.message.orEmpty()
        }

        test("a logout token ends the session in both languages, once, and the rest is refused") {
            val world = TestAuthorizationServer()
            val client = OpenIdClient(world.metadata, "app") { transport = world }
            val replays = InMemoryReplayCache()
            val users = UserTokens(client) { backChannelLogout() }
            val java = AsyncOpenIdClient.of(client)
            val javaUsers = AsyncUserTokens.of(java) { it.backChannelLogout() }

            suspend fun answers(form: String): List<LogoutAnswer> =
                listOf(
                    BackChannelLogout(client, users, replays).answer(FORM, form),
                    Logout(java).backChannel(javaUsers, InMemoryReplayCache(), FORM, form).join(),
                )
            users.put("a", world.tokens("alice"))
            javaUsers.put("a", world.tokens("alice")).join()
            val form = "logout_token=${world.logoutToken("app", "alice")}"
            answers(form).map { it.status } shouldBe listOf(200, 200)
            users.load("a") shouldBe null
            javaUsers.load("a").join() shouldBe null
            val again = BackChannelLogout(client, users, replays).answer(FORM, form)
            again.status shouldBe 400
            pageShows(PAGE, checkNotNull(again.failure))
            answers("logout_token=a.b.c").map { it.status } shouldBe listOf(400, 400)
            answers("").map { it.body } shouldBe List(2) { """{"error":"invalid_request"}""" }
            val full = InMemoryReplayCache(1).apply { register("a", Instant.MAX) }
            val token = world.logoutToken("app", "alice")
            pageShows(PAGE, shouldThrow<ReplayCacheException> { client.verifyLogoutToken(token, full) })
            val verified = client.verifyLogoutToken(token, replays)
            pageShows(PAGE, shouldThrow<IllegalStateException> { UserTokens(client).endSessions(verified) })
            for (it in listOf(users, javaUsers, java)) it.close()
        }

        test("what a frame and the way back bring is compared, in both languages") {
            val client = server.client()
            val java = AsyncOpenIdClient.of(client)
            val tokens = signedIn(client)
            val claims = checkNotNull(tokens.claims)
            LogoutKotlin(client).frame("", tokens)
            Logout(java).frame("", claims)
            val elsewhere = "iss=https://as.example.com&sid=other"
            shouldThrow<ValidationException> { LogoutKotlin(client).frame(elsewhere, tokens) }
            shouldThrow<ValidationException> { Logout(java).frame(elsewhere, claims) }
            LogoutKotlin(client).comesBack("state=s", "s")
            Logout(java).comesBack("state=s", "s")
            shouldThrow<ValidationException> { LogoutKotlin(client).comesBack("state=s", "t") }
            shouldThrow<ValidationException> { Logout(java).comesBack("state=s", "t") }
        }
    })
