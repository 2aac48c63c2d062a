package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.Base64Url
import dev.openidclient.json.parseJson
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

class StoredTokensSpec :
    FunSpec({
        fun server() =
            TestAuthorizationServer {
                client("app", "secret")
                client("other")
                rotateRefreshTokens()
            }

        fun TestAuthorizationServer.openIdClient(id: String = "app") =
            OpenIdClient(metadata, id) {
                clientSecret("secret")
                transport = this@openIdClient
            }

        suspend fun TestAuthorizationServer.answered(json: String): TokenResponse {
            tokenEndpoint.replaceNextBody(json)
            return openIdClient().clientCredentialsGrant { scope("a", "b").resource("https://api.example.com") }
        }

        fun members(encoded: String) = parseJson(checkNotNull(Base64Url.decode(encoded.drop(3)))) as JsonObject

        fun encoded(members: JsonObject) = "v1." + Base64Url.encode(members.toString().encodeToByteArray())

        test("tokens that were stored are the same, with all that belongs to them") {
            val tokens = server().tokens("alice") { scope("openid", "a") }
            val stored = TokenResponse.decode(tokens.encode())
            stored shouldBe tokens
            stored.json shouldBe tokens.json
            stored.receivedAt shouldBe tokens.receivedAt
            stored.expiresIn shouldBe tokens.expiresIn
            stored.expiresAt shouldBe tokens.expiresAt
            stored.refreshToken shouldBe tokens.refreshToken
            stored.scopes shouldBe tokens.scopes
            stored.idToken shouldBe tokens.idToken
            stored.claims shouldBe tokens.claims
            stored.firstClaims shouldBe tokens.firstClaims
            stored.issuer shouldBe tokens.issuer
            stored.clientId shouldBe tokens.clientId
            stored.encode() shouldBe tokens.encode()
            tokens.encode() shouldMatch Regex("v1\\.[A-Za-z0-9_-]+")
        }

        test("what a refresh carried over is there too: refresh token, ID Token, claims, scopes, resources") {
            runTest {
                val server = server()
                val client = server.openIdClient()
                val first =
                    server.answered(
                        """{"access_token":"a1","token_type":"bearer","refresh_token":"r1","refresh_expires_in":600}""",
                    )
                val answer = """{"access_token":"a2","token_type":"bearer","scope":"a"}"""
                val json = HttpHeaders.of("content-type" to "application/json")
                server.tokenEndpoint.answerNext(HttpResponse(200, json, answer.encodeToByteArray()))
                val refreshed = client.refreshTokenGrant(first)
                val stored = TokenResponse.decode(refreshed.encode())
                stored shouldBe refreshed
                stored.refreshToken shouldBe "r1"
                stored.scopes shouldBe setOf("a")
                stored.resource shouldBe listOf("https://api.example.com")
                stored.kept.firstScope shouldBe "a b"
                stored.kept.refreshTokenExpiresAt shouldBe first.receivedAt.plusSeconds(600)
                stored.expiresIn.shouldBeNull()
            }
        }

        test("stored tokens are refreshed as the first ones would be, the ID Token compared with the first one") {
            runTest {
                val server = server()
                val client = server.openIdClient()
                val stored = TokenResponse.decode(server.tokens("alice").encode())
                val refreshed = client.refreshTokenGrant(stored)
                refreshed.claims?.subject shouldBe "alice"
                refreshed.firstClaims?.json shouldBe stored.claims?.json
                val again = TokenResponse.decode(refreshed.encode())
                again.firstClaims?.json shouldBe stored.claims?.json
                client.refreshTokenGrant(again).refreshToken.shouldNotBeNull()
            }
        }

        test("they can be used at their own server by their own client only") {
            runTest {
                val server = server()
                val stored = TokenResponse.decode(server.tokens("alice").encode())
                shouldThrow<IllegalArgumentException> { server.openIdClient("other").refreshTokenGrant(stored) }
                val elsewhere = TestAuthorizationServer { issuer = "https://other.example.com" }
                elsewhere.client("app", "secret")
                shouldThrow<IllegalArgumentException> { elsewhere.openIdClient().refreshTokenGrant(stored) }
                server.tokenEndpoint.requestCount shouldBe 0
                elsewhere.tokenEndpoint.requestCount shouldBe 0
            }
        }

        test("claims that stand in the ID Token are not written twice") {
            val members = members(server().tokens("alice").encode())
            members["claims"].shouldBeNull()
            members["first_claims"] shouldBe JsonPrimitive(true)
        }

        test("an unknown lifetime beyond all time is kept") {
            runTest {
                val tokens =
                    server().answered(
                        """{"access_token":"a","token_type":"bearer","expires_in":99999999999999,"scope":null}""",
                    )
                TokenResponse.decode(tokens.encode()).expiresIn shouldBe Duration.ofSeconds(99_999_999_999_999)
            }
        }

        context("anything else is refused, and no message shows any of it") {
            val good = members(server().tokens("alice").encode())

            fun with(
                name: String,
                value: JsonElement,
            ) = encoded(JsonObject(good + (name to value)))

            withData<Pair<String, String>>(
                nameFn = { it.first },
                "nothing" to "",
                "another version" to "v2." + Base64Url.encode("{}".encodeToByteArray()),
                "no base64url" to "v1.very-secret!",
                "no JSON" to "v1." + Base64Url.encode("very-secret".encodeToByteArray()),
                "an array" to "v1." + Base64Url.encode("[\"very-secret\"]".encodeToByteArray()),
                "cut" to encoded(good).dropLast(7),
                "an unknown member" to with("very-secret", JsonPrimitive(1)),
                "no answer" to encoded(JsonObject(good - "json")),
                "an answer without an access token" to with("json", JsonObject(emptyMap())),
                "an access token of the wrong type" to
                    with("json", JsonObject(mapOf("access_token" to JsonPrimitive(1)))),
                "no issuer" to encoded(JsonObject(good - "iss")),
                "no client" to encoded(JsonObject(good - "client_id")),
                "no time" to encoded(JsonObject(good - "received_at")),
                "a time that is none" to with("received_at", JsonPrimitive("very-secret")),
                "a lifetime that is none" to with("expires_in", JsonPrimitive(60)),
                "a null" to with("refresh_token", JsonNull),
                "claims that are none" to with("claims", JsonPrimitive("very-secret")),
            ) { (_, encoded) ->
                val failure = shouldThrow<IllegalArgumentException> { TokenResponse.decode(encoded) }
                failure.message.orEmpty() shouldNotContain "very-secret"
            }
        }
    })
