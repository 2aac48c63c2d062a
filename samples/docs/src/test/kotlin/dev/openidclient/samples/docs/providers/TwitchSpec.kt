package dev.openidclient.samples.docs.providers

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant

private const val ISSUER = "https://id.twitch.tv/oauth2"
private const val TOKEN = "$ISSUER/token"
private const val CLIENT = "hof5gwx0su6owfnys0nyan9c87zr6t"
private const val USERS = "https://api.twitch.tv/helix/users"

private fun twitch() =
    ScriptedProvider(ISSUER, CLIENT)
        .discovery(
            "authorization_endpoint" to "$ISSUER/authorize",
            "token_endpoint" to TOKEN,
            "userinfo_endpoint" to "$ISSUER/userinfo",
            "jwks_uri" to "$ISSUER/keys",
            "claims_parameter_supported" to true,
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "scopes_supported" to listOf("openid"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_post"),
        )

private fun tokens(
    idToken: String?,
    refreshToken: String,
) = json(
    "access_token" to "rfx2uswqe8l4g1mkagrvg5tv0ks3",
    "expires_in" to 14124,
    "id_token" to idToken,
    "refresh_token" to refreshToken,
    "scope" to listOf("openid", "user:read:email"),
    "token_type" to "bearer",
)

private val CLAIMS: Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "713936733",
        "azp" to CLIENT,
        "email" to "jane@example.com",
        "email_verified" to true,
        "preferred_username" to "jane",
    )

class TwitchSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, and the scope comes as an array") {
            val twitch = twitch()
            val client = twitchClient("secret", twitch)
            val request = beginTwitch(client)
            request.url.query["claims"] shouldBe
                """{"id_token":{"email":null,"email_verified":null,"preferred_username":null}}"""
            twitch.answer(TOKEN, tokens(twitch.idToken(request, *CLAIMS), "first"))
            val tokens =
                finishTwitch(client, request.callback("scope" to "openid user:read:email"), request.pending.encode())
            twitch.answer(TOKEN, tokens(idToken = null, "second"))

            tokens.claims?.preferredUsername shouldBe "jane"
            tokens.scopes shouldBe setOf("openid", "user:read:email")
            client.refreshTokenGrant(tokens).refreshToken shouldBe "second"
            twitch.formTo(TOKEN)["client_secret"] shouldBe "secret"
        }

        test("UserInfo has a time as text, which is read") {
            val twitch = twitch()
            val client = twitchClient("secret", twitch)
            val request = beginTwitch(client)
            twitch.answer(TOKEN, tokens(twitch.idToken(request, *CLAIMS), "first"))
            val tokens = finishTwitch(client, request.callback(), request.pending.encode())
            val info =
                json(
                    "aud" to CLIENT,
                    "iss" to ISSUER,
                    "sub" to "713936733",
                    "updated_at" to "2022-05-19T19:12:38.847694Z",
                )
            twitch.answer("$ISSUER/userinfo", info)

            client.userInfo(tokens).updatedAt shouldBe Instant.parse("2022-05-19T19:12:38.847694Z")
        }

        test("the API wants the client id beside the token") {
            val twitch = twitch().answer(USERS, json("data" to listOf(json("id" to "713936733"))))
            val client = twitchClient("secret", twitch)
            val request = beginTwitch(client)
            twitch.answer(TOKEN, tokens(twitch.idToken(request, *CLAIMS), "first"))
            val tokens = finishTwitch(client, request.callback(), request.pending.encode())

            twitchUser(client, tokens).bodyText() shouldContain "713936733"
            twitch.lastTo(USERS).headers["client-id"] shouldBe CLIENT
            twitch.lastTo(USERS).headers["authorization"] shouldBe "Bearer rfx2uswqe8l4g1mkagrvg5tv0ks3"
        }

        test("an error has status and message and no error: the exception keeps the body") {
            val refusal = json("status" to 400, "message" to "Invalid authorization code")
            val client = twitchClient("secret", twitch().answer(TOKEN, refusal, 400))
            val request = beginTwitch(client)
            val refused =
                shouldThrow<InvalidResponseException> {
                    finishTwitch(client, request.callback(), request.pending.encode())
                }

            refused.status shouldBe 400
            refused.body.decodeToString() shouldContain "Invalid authorization code"
        }

        test("one about a refresh token has an error that is the name of the status") {
            val refusal = json("error" to "Bad Request", "status" to 400, "message" to "Invalid refresh token")
            val client = twitchClient("secret", twitch().answer(TOKEN, refusal, 400))
            val refused = shouldThrow<ResponseBodyException> { client.refreshTokenGrant("first") }

            refused.error shouldBe "Bad Request"
            refused.json.getValue("message").toString() shouldContain "Invalid refresh token"
        }

        test("in Java the same goes from the request to the API") {
            val twitch = twitch().answer(USERS, json("data" to listOf(json("id" to "713936733"))))
            val client = Twitch.client("secret", twitch).join()
            val request = Twitch.begin(client)
            twitch.answer(TOKEN, tokens(twitch.idToken(request, *CLAIMS), "first"))
            val tokens = Twitch.finish(client, request.callback(), request.pending.encode()).join()

            tokens.scopes shouldBe setOf("openid", "user:read:email")
            Twitch.user(client, tokens).join().bodyText() shouldContain "713936733"
            client.close()
        }
    })
