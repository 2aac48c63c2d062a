package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.randomState
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith

private const val TOKEN = "https://api.paypal.com/v1/oauth2/token"
private const val INFO = "https://api-m.paypal.com/v1/identity/oauth2/userinfo"
private const val CALLBACK = "https://rp.example.com/callback/paypal"

private fun paypal() =
    ScriptedProvider("https://www.paypal.com", "AeA1QIZXiflr1_-example")
        .discovery(
            "authorization_endpoint" to "https://www.paypal.com/signin/authorize",
            "token_endpoint" to TOKEN,
            "userinfo_endpoint" to "https://api.paypal.com/v1/oauth2/token/userinfo",
            "jwks_uri" to "https://api.paypal.com/v1/oauth2/certs",
            "response_types_supported" to listOf("code", "code id_token"),
            "id_token_signing_alg_values_supported" to listOf("HS256", "RS256"),
            "token_endpoint_auth_methods_supported" to listOf("client_secret_basic"),
            "code_challenge_methods_supported" to listOf("RS256", "ES256", "S256"),
            url = "https://www.paypalobjects.com/.well-known/openid-configuration",
        )

/** `openid` is granted, and no ID Token comes; `nonce` is another one than that of OpenID Connect. */
private val TOKENS =
    json(
        "scope" to "openid profile email https://uri.paypal.com/services/paypalattributes",
        "access_token" to "A23AAEWiqDNm",
        "token_type" to "Bearer",
        "expires_in" to 28800,
        "refresh_token" to "R23AAG8IETOv",
        "nonce" to "2020-04-13T18:18:01Zil-ZA1nI",
    )

private val PERSON =
    json(
        "user_id" to "https://www.paypal.com/webapps/auth/identity/user/baCNqjGvIxzlbvDCSsfhN3IrQDtQtsVr79AwAjMxekw",
        "name" to "identity test",
        "payer_id" to "WDJJHEBZ4X2LY",
        "emails" to listOf(json("value" to "user1@example.com", "primary" to true)),
        "verified_account" to "true",
    )

class PaypalSpec :
    FunSpec({
        test("a sign-in goes from the request to the person, with PKCE and without an ID Token") {
            val paypal = paypal().answer(TOKEN, TOKENS).answer(INFO, PERSON)
            val client = paypalClient("secret", paypal)
            val state = randomState()
            val pending = beginPaypal(client, state)

            pending.url shouldStartWith "https://www.paypal.com/signin/authorize?"
            pending.url.query["code_challenge_method"] shouldBe "S256"
            val user = finishPaypal(client, "$CALLBACK?code=C21AAG&scope=openid&state=$state", pending)

            user.bodyText() shouldContain "WDJJHEBZ4X2LY"
            paypal.formTo(TOKEN)["code_verifier"] shouldBe pending.codeVerifier
            paypal.lastTo(TOKEN).headers["authorization"].orEmpty() shouldStartWith "Basic "
            paypal.lastTo(INFO).url.query["schema"] shouldBe "paypalv1.1"
        }

        test("a callback with another state is refused") {
            val client = paypalClient("secret", paypal())

            shouldThrow<ValidationException> {
                finishPaypal(client, "$CALLBACK?code=C21AAG&state=another", beginPaypal(client, randomState()))
            }.subject shouldBe "state"
        }

        test("authorizationRequest { } with openid waits for an ID Token, so it is of no use here") {
            val client = paypalClient("secret", paypal().answer(TOKEN, TOKENS))
            val request = client.authorizationRequest { redirectUri(CALLBACK).scope("openid", "profile") }

            shouldThrow<InvalidResponseException> { client.authorizationCodeGrant(request.callback(), request.pending) }
                .message shouldContain "id_token"
        }

        test("a refresh keeps the refresh token") {
            val answer = json("access_token" to "A23second", "token_type" to "Bearer", "expires_in" to 28800)
            val client = paypalClient("secret", paypal().answer(TOKEN, answer))

            client.refreshTokenGrant("R23AAG8IETOv").refreshToken shouldBe "R23AAG8IETOv"
        }

        test("a service gets its token, and a wrong secret is invalid_client with 401") {
            val answer =
                json(
                    "scope" to "https://uri.paypal.com/payments/payouts",
                    "access_token" to "A21",
                    "token_type" to "Bearer",
                    "app_id" to "APP-80W284485P519543T",
                    "expires_in" to 31668,
                )
            val refusal = json("error" to "invalid_client", "error_description" to "Client Authentication failed")
            val client = paypalClient("secret", paypal().answer(TOKEN, answer).answer(TOKEN, refusal, 401))

            paypalApiTokens(client).accessToken shouldBe "A21"
            shouldThrow<ResponseBodyException> { paypalApiTokens(client) }.error shouldBe "invalid_client"
        }

        test("in Java the same goes from the request to the person") {
            val paypal = paypal().answer(TOKEN, TOKENS).answer(INFO, PERSON)
            val client = Paypal.client("secret", paypal).join()
            val pending = Paypal.begin(client, "a-state")
            val user = Paypal.finish(client, "$CALLBACK?code=C21AAG&state=a-state", pending).join()

            user.bodyText() shouldContain "WDJJHEBZ4X2LY"
            Paypal.apiTokens(client).join().tokenType shouldBe "bearer"
            client.close()
        }
    })
