package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.revoke
import dev.openidclient.token.verifyJwt
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import java.time.Clock
import java.time.ZoneOffset
import kotlin.io.path.readText

private const val PAGE = "logout.md"

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
    })
