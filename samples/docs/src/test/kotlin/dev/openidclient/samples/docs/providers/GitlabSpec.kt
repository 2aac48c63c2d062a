package dev.openidclient.samples.docs.providers

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val TOKEN = "https://gitlab.com/oauth/token"

private fun gitlab() =
    ScriptedProvider("https://gitlab.com", "0123456789abcdef")
        .discovery(
            "authorization_endpoint" to "https://gitlab.com/oauth/authorize",
            "token_endpoint" to TOKEN,
            "revocation_endpoint" to "https://gitlab.com/oauth/revoke",
            "introspection_endpoint" to "https://gitlab.com/oauth/introspect",
            "userinfo_endpoint" to "https://gitlab.com/oauth/userinfo",
            "jwks_uri" to "https://gitlab.com/oauth/discovery/keys",
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_basic", "client_secret_post"),
            "code_challenge_methods_supported" to listOf("plain", "S256"),
        )

private fun tokens(
    number: Int,
    idToken: String,
) = json(
    "access_token" to "access-$number",
    "token_type" to "Bearer",
    "expires_in" to 7200,
    "refresh_token" to "refresh-$number",
    "scope" to "openid profile email",
    "created_at" to 1700000000 + number,
    "id_token" to idToken,
)

private val CLAIMS: Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "42",
        "sub_legacy" to "f1d2d2f924e986ac86fdf7b36c94bcdf",
        "auth_time" to 1700000000,
        "nickname" to "jane",
        "preferred_username" to "jane",
        "groups_direct" to listOf("example/developers"),
    )

class GitlabSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, UserInfo has all groups, and each refresh rotates") {
            val gitlab = gitlab()
            val client = gitlabClient("secret", http = gitlab)
            val request = beginGitlab(client)
            gitlab.answer(TOKEN, tokens(1, gitlab.idToken(request, *CLAIMS)))
            val tokens = finishGitlab(client, request.callback(), request.pending.encode())
            val info =
                json(
                    "sub" to "42",
                    "email" to "jane@example.com",
                    "email_verified" to true,
                    "groups" to listOf("example"),
                )
            gitlab.answer("https://gitlab.com/oauth/userinfo", info)
            gitlab.answer(TOKEN, tokens(2, gitlab.idToken(*CLAIMS)))

            tokens.claims?.toMap()?.get("groups_direct") shouldBe listOf("example/developers")
            client.userInfo(tokens).toMap()["groups"] shouldBe listOf("example")
            client.refreshTokenGrant(tokens).refreshToken shouldBe "refresh-2"
        }

        test("a refresh token that was used is invalid_grant") {
            val gitlab =
                gitlab().answer(
                    TOKEN,
                    json("error" to "invalid_grant", "error_description" to "… revoked …"),
                    400,
                )

            shouldThrow<ResponseBodyException> { gitlabClient("secret", http = gitlab).refreshTokenGrant("refresh-1") }
                .error shouldBe "invalid_grant"
        }

        test("a token is revoked, and the answer is an empty object") {
            val gitlab = gitlab().answer("https://gitlab.com/oauth/revoke", json())
            gitlabClient("secret", http = gitlab).revoke("access-1")

            gitlab.formTo("https://gitlab.com/oauth/revoke")["token"] shouldBe "access-1"
        }

        test("an instance that is asked for by another name than its own is refused") {
            val gitlab = ScriptedProvider("https://gitlab.example.com", "0123456789abcdef")
            gitlab.discovery(url = "https://gitlab.internal/.well-known/openid-configuration")

            shouldThrow<ValidationException> { gitlabClient("secret", "https://gitlab.internal", gitlab) }
                .subject shouldBe "issuer"
        }

        test("in Java the same goes from the request to the claims") {
            val gitlab = gitlab()
            val client = Gitlab.client("secret", "https://gitlab.com", gitlab).join()
            val request = Gitlab.begin(client)
            gitlab.answer(TOKEN, tokens(1, gitlab.idToken(request, *CLAIMS)))

            Gitlab.finish(client, request.callback(), request.pending.encode()).join().claims?.subject shouldBe "42"
            client.close()
        }
    })
