package dev.openidclient.samples.docs.providers

import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.time.Instant

private const val HOST = "https://example.eu.auth0.com"
private const val TOKEN = "$HOST/oauth/token"
private const val ORGANIZATION = "org_0123456789abcdef"

/** The issuer has a slash at its end. */
private fun auth0() =
    ScriptedProvider("$HOST/", "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345")
        .discovery(
            "authorization_endpoint" to "$HOST/authorize",
            "token_endpoint" to TOKEN,
            "device_authorization_endpoint" to "$HOST/oauth/device/code",
            "userinfo_endpoint" to "$HOST/userinfo",
            "jwks_uri" to "$HOST/.well-known/jwks.json",
            "revocation_endpoint" to "$HOST/oauth/revoke",
            "end_session_endpoint" to "$HOST/oidc/logout",
            "id_token_signing_alg_values_supported" to listOf("HS256", "RS256", "PS256"),
            "token_endpoint_auth_methods_supported" to
                listOf("client_secret_basic", "client_secret_post", "private_key_jwt"),
            url = "$HOST/.well-known/openid-configuration",
        )

private fun tokens(
    idToken: String,
    refreshToken: String,
) = json(
    "access_token" to "eyJ.api",
    "refresh_token" to refreshToken,
    "id_token" to idToken,
    "scope" to "openid profile email offline_access",
    "expires_in" to 86400,
    "token_type" to "Bearer",
)

private fun claims(organization: String?): Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "auth0|5f7c8ec7c33c6c004bbafe82",
        "org_id" to organization,
        "email" to "jane@example.com",
        "updated_at" to "2026-11-01T08:00:00.000Z",
    )

class Auth0Spec :
    FunSpec({
        test("a sign-in names the audience of the API, and its refresh token rotates") {
            val auth0 = auth0()
            val client = auth0Client("secret", auth0)
            val request = beginAuth0(client)
            request.url.query["audience"] shouldBe "https://api.example.com"
            auth0.answer(TOKEN, tokens(auth0.idToken(request, *claims(ORGANIZATION)), "v1.first"))
            val tokens = finishAuth0(client, request.callback(), request.pending.encode()).shouldNotBeNull()
            auth0.answer(TOKEN, tokens(auth0.idToken(*claims(ORGANIZATION)), "v1.second"))

            tokens.claims?.issuer shouldBe "$HOST/"
            tokens.claims?.updatedAt shouldBe Instant.parse("2026-11-01T08:00:00Z") // it came as text
            client.refreshTokenGrant(tokens).refreshToken shouldBe "v1.second"
        }

        for (organization in listOf("org_another", null)) {
            test("somebody of ${organization ?: "no organization"} is not let in") {
                val auth0 = auth0()
                val client = auth0Client("secret", auth0)
                val request = beginAuth0(client)
                auth0.answer(TOKEN, tokens(auth0.idToken(request, *claims(organization)), "v1.first"))

                finishAuth0(client, request.callback(), request.pending.encode()).shouldBeNull()
            }
        }

        test("errors of the token endpoint come with 403, and are errors like any other") {
            val refusal = json("error" to "invalid_grant", "error_description" to "Unknown or invalid refresh token.")
            val client = auth0Client("secret", auth0().answer(TOKEN, refusal, 403))
            val refused = shouldThrow<ResponseBodyException> { client.refreshTokenGrant("v1.first") }

            refused.error shouldBe "invalid_grant"
            refused.status shouldBe 403
        }

        test("what an action or a rule refuses comes back to the callback as access_denied") {
            val client = auth0Client("secret", auth0())
            val request = beginAuth0(client)
            val url =
                "https://rp.example.com/callback/auth0?error=access_denied&error_description=Please+verify" +
                    "&state=${request.parameters().getValue("state")}"

            shouldThrow<AuthorizationResponseException> { finishAuth0(client, url, request.pending.encode()) }
                .error shouldBe "access_denied"
        }

        test("a service names the audience, without which its request is refused") {
            val auth0 =
                auth0().answer(
                    TOKEN,
                    json(
                        "access_token" to "eyJ.m2m",
                        "expires_in" to 86400,
                        "token_type" to "Bearer",
                    ),
                )

            auth0ServiceTokens(auth0Client("secret", auth0)).accessToken shouldBe "eyJ.m2m"
            auth0.formTo(TOKEN)["audience"] shouldBe "https://api.example.com"
        }

        test("the sign-out names the ID Token and where to come back to") {
            val auth0 = auth0()
            val client = auth0Client("secret", auth0)
            val request = beginAuth0(client)
            auth0.answer(TOKEN, tokens(auth0.idToken(request, *claims(ORGANIZATION)), "v1.first"))
            val tokens = finishAuth0(client, request.callback(), request.pending.encode()).shouldNotBeNull()
            val url = auth0LogoutUrl(client, tokens)

            url shouldStartWith "$HOST/oidc/logout?"
            url.query["id_token_hint"] shouldBe tokens.idToken
            url.query["post_logout_redirect_uri"] shouldBe "https://rp.example.com/"
        }

        test("in Java the same goes from the request to the sign-out") {
            val auth0 = auth0()
            val client = Auth0.client("secret", auth0).join()
            val request = Auth0.begin(client)
            auth0.answer(TOKEN, tokens(auth0.idToken(request, *claims(ORGANIZATION)), "v1.first"))
            val tokens = Auth0.finish(client, request.callback(), request.pending.encode()).join().orElseThrow()

            Auth0.logoutUrl(client, tokens).query["id_token_hint"] shouldBe tokens.idToken
            auth0.answer(TOKEN, json("access_token" to "eyJ.m2m", "expires_in" to 86400, "token_type" to "Bearer"))
            Auth0.serviceTokens(client).join().accessToken shouldBe "eyJ.m2m"
            client.close()
        }
    })
