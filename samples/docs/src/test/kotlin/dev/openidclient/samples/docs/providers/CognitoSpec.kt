package dev.openidclient.samples.docs.providers

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.time.Instant

private const val POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aBcDeFgHi"
private const val DOMAIN = "https://example.auth.eu-west-1.amazoncognito.com"
private const val TOKEN = "$DOMAIN/oauth2/token"

/** The issuer is the pool, the endpoints are at the domain. */
private fun cognito() =
    ScriptedProvider(POOL, "1h57kf5cpq17m0eml1")
        .discovery(
            "authorization_endpoint" to "$DOMAIN/oauth2/authorize",
            "token_endpoint" to TOKEN,
            "userinfo_endpoint" to "$DOMAIN/oauth2/userInfo",
            "revocation_endpoint" to "$DOMAIN/oauth2/revoke",
            "end_session_endpoint" to "$DOMAIN/logout",
            "jwks_uri" to "$POOL/.well-known/jwks.json",
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "scopes_supported" to listOf("openid", "email", "phone", "profile"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_basic", "client_secret_post"),
        )

private fun claims(authTime: Int): Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "aaaaaaaa-bbbb-cccc-dddd-example",
        "token_use" to "id",
        "auth_time" to authTime,
        "cognito:username" to "jane",
        "cognito:groups" to listOf("editors"),
        "email_verified" to true,
        "email" to "jane@example.com",
    )

private fun tokens(
    idToken: String,
    refreshToken: String?,
) = json(
    "id_token" to idToken,
    "access_token" to "eyJ.access",
    "refresh_token" to refreshToken,
    "expires_in" to 3600,
    "token_type" to "Bearer",
)

class CognitoSpec :
    FunSpec({
        test("a sign-in goes from the request to the claims, and a refresh may bring another auth_time") {
            val cognito = cognito()
            val client = cognitoClient("secret", cognito)
            val request = beginCognito(client)
            request.url shouldStartWith "$DOMAIN/oauth2/authorize?"
            cognito.answer(TOKEN, tokens(cognito.idToken(request, *claims(1700000000)), "eyJ.refresh"))
            val tokens = finishCognito(client, request.callback(), request.pending.encode())
            cognito.answer(TOKEN, tokens(cognito.idToken(*claims(1700003600)), null))
            val refreshed = client.refreshTokenGrant(tokens)

            tokens.claims?.toMap()?.get("cognito:groups") shouldBe listOf("editors")
            refreshed.claims?.authTime shouldBe Instant.ofEpochSecond(1700003600)
            refreshed.refreshToken shouldBe "eyJ.refresh"
        }

        test("without acceptRefreshedAuthTime() it is refused, and the new tokens are in the exception") {
            val cognito = cognito()
            val client = OpenIdClient.discover(POOL, "1h57kf5cpq17m0eml1") { transport = cognito }
            val request = beginCognito(client)
            cognito.answer(TOKEN, tokens(cognito.idToken(request, *claims(1700000000)), "eyJ.refresh"))
            val tokens = client.authorizationCodeGrant(request.callback(), request.pending)
            cognito.answer(TOKEN, tokens(cognito.idToken(*claims(1700003600)), null))
            val refused = shouldThrow<ValidationException> { client.refreshTokenGrant(tokens) }

            refused.subject shouldBe "claim:auth_time"
            refused.unacceptedTokens?.accessToken shouldBe "eyJ.access"
        }

        test("UserInfo says true and false as text, which is read") {
            val cognito = cognito()
            val client = cognitoClient("secret", cognito)
            val request = beginCognito(client)
            cognito.answer(TOKEN, tokens(cognito.idToken(request, *claims(1700000000)), "eyJ.refresh"))
            val tokens = finishCognito(client, request.callback(), request.pending.encode())
            val info =
                json("sub" to "aaaaaaaa-bbbb-cccc-dddd-example", "email_verified" to "true", "username" to "jane")
            cognito.answer("$DOMAIN/oauth2/userInfo", info)

            client.userInfo(tokens).emailVerified shouldBe true
        }

        test("the sign-out is client_id and logout_uri, the names that Cognito has for it") {
            cognitoLogoutUrl(cognitoClient("secret", cognito())) shouldBe
                "$DOMAIN/logout?logout_uri=https%3A%2F%2Frp.example.com%2F&client_id=1h57kf5cpq17m0eml1"
        }

        test("a code that was used is invalid_grant, without a word more") {
            val client = cognitoClient("secret", cognito().answer(TOKEN, json("error" to "invalid_grant"), 400))
            val request = beginCognito(client)

            shouldThrow<ResponseBodyException> { finishCognito(client, request.callback(), request.pending.encode()) }
                .error shouldBe "invalid_grant"
        }

        test("in Java the same goes from the request to the sign-out") {
            val cognito = cognito()
            val client = Cognito.client("secret", cognito).join()
            val request = Cognito.begin(client)
            cognito.answer(TOKEN, tokens(cognito.idToken(request, *claims(1700000000)), "eyJ.refresh"))
            val tokens = Cognito.finish(client, request.callback(), request.pending.encode()).join()
            cognito.answer(TOKEN, tokens(cognito.idToken(*claims(1700003600)), null))

            client.refreshTokenGrant(tokens).join().refreshToken shouldBe "eyJ.refresh"
            Cognito.logoutUrl(client).query["logout_uri"] shouldBe "https://rp.example.com/"
            client.close()
        }
    })
