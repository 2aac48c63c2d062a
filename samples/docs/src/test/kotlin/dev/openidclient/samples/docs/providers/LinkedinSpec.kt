package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.randomState
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

private const val TOKEN = "https://www.linkedin.com/oauth/v2/accessToken"
private const val INFO = "https://api.linkedin.com/v2/userinfo"
private const val CALLBACK = "https://rp.example.com/callback/linkedin"

private fun linkedin() =
    ScriptedProvider("https://www.linkedin.com/oauth", "77abcdefghijkl")
        .discovery(
            "authorization_endpoint" to "https://www.linkedin.com/oauth/v2/authorization",
            "token_endpoint" to TOKEN,
            "userinfo_endpoint" to INFO,
            "jwks_uri" to "https://www.linkedin.com/oauth/openid/jwks",
            "response_types_supported" to listOf("code"),
            "subject_types_supported" to listOf("pairwise"),
            "id_token_signing_alg_values_supported" to listOf("RS256"),
            "scopes_supported" to listOf("openid", "profile", "email"),
        )

private val CLAIMS: Array<Pair<String, Any?>> =
    arrayOf(
        "sub" to "782bbtaQ",
        "name" to "Jane Doe",
        "email" to "jane@example.com",
        "email_verified" to "true",
        "locale" to "en_US",
    )

private fun tokens(
    idToken: String,
    vararg others: Pair<String, Any?>,
) = json(
    "access_token" to "AQUvlL_DYEzvT2wz",
    "expires_in" to 5184000,
    "scope" to "email,openid,profile",
    "id_token" to idToken,
    *others,
)

class LinkedinSpec :
    FunSpec({
        for (others in listOf(emptyArray(), arrayOf<Pair<String, Any?>>("token_type" to "Bearer"))) {
            val kind = if (others.isEmpty()) "without a token_type" else "with a token_type"
            test("a sign-in goes from the request to the claims, $kind") {
                val linkedin = linkedin()
                val client = linkedinClient("secret", linkedin)
                val state = randomState()
                val sent = beginLinkedin(client, state).query

                sent.names shouldBe setOf("redirect_uri", "scope", "state", "client_id", "response_type")
                linkedin.answer(TOKEN, tokens(linkedin.idToken(*CLAIMS), *others))
                val tokens = finishLinkedin(client, "$CALLBACK?code=AQTQ&state=$state", state)

                tokens.claims?.emailVerified shouldBe true
                tokens.tokenType shouldBe "bearer"
                linkedin.formTo(TOKEN)["code_verifier"].shouldBeNull()
                linkedin.formTo(TOKEN)["client_secret"] shouldBe "secret"

                val info =
                    json(
                        "sub" to "782bbtaQ",
                        "email_verified" to true,
                        "locale" to json("country" to "US", "language" to "en"),
                    )
                linkedin.answer(INFO, info)
                client.userInfo(tokens).toMap()["locale"] shouldBe mapOf("country" to "US", "language" to "en")
            }
        }

        test("the state holds off a callback that the person did not begin") {
            val client = linkedinClient("secret", linkedin())

            shouldThrow<ValidationException> {
                finishLinkedin(client, "$CALLBACK?code=AQTQ&state=${randomState()}", randomState())
            }.subject shouldBe "state"
        }

        test("an answer without an ID Token is refused") {
            val linkedin = linkedin().answer(TOKEN, json("access_token" to "AQU", "expires_in" to 5184000))

            shouldThrow<InvalidResponseException> {
                finishLinkedin(linkedinClient("secret", linkedin), "$CALLBACK?code=AQTQ&state=s", "s")
            }
        }

        test("a code_verifier that LinkedIn did not expect is told as invalid_client") {
            val refusal = json("error" to "invalid_client", "error_description" to "Client authentication failed")
            val client = linkedinClientWithPkce("secret", linkedin().answer(TOKEN, refusal, 401))
            val request = client.authorizationRequest { redirectUri(CALLBACK).scope("openid") }

            shouldThrow<ResponseBodyException> { client.authorizationCodeGrant(request.callback(), request.pending) }
                .error shouldBe "invalid_client"
        }

        context("where the app has PKCE") {
            test("only the nonce is missing, which is accepted") {
                val linkedin = linkedin()
                val client = linkedinClientWithPkce("secret", linkedin)
                val request = client.authorizationRequest { redirectUri(CALLBACK).scope("openid") }
                linkedin.answer(TOKEN, tokens(linkedin.idToken(*CLAIMS)))

                client.authorizationCodeGrant(request.callback(), request.pending).claims?.nonce.shouldBeNull()
                linkedin.formTo(TOKEN)["code_verifier"].shouldNotBeNull()
            }

            test("a nonce that comes must be the one of the request") {
                val linkedin = linkedin()
                val client = linkedinClientWithPkce("secret", linkedin)
                val request = client.authorizationRequest { redirectUri(CALLBACK).scope("openid") }
                linkedin.answer(TOKEN, tokens(linkedin.idToken(*CLAIMS, "nonce" to "another")))

                shouldThrow<ValidationException> { client.authorizationCodeGrant(request.callback(), request.pending) }
                    .subject shouldBe "nonce"
            }
        }

        test("in Java the same goes from the request to the claims") {
            val linkedin = linkedin()
            val client = Linkedin.client("secret", linkedin).join()
            Linkedin.begin(client, "a-state").query.names shouldBe
                setOf("redirect_uri", "scope", "state", "client_id", "response_type")
            linkedin.answer(TOKEN, tokens(linkedin.idToken(*CLAIMS)))

            Linkedin.finish(client, "$CALLBACK?code=AQTQ&state=a-state", "a-state").join().claims?.name shouldBe
                "Jane Doe"
            client.close()
        }

        test("in Java an app that has PKCE signs in without a nonce") {
            val linkedin = linkedin()
            val client = Linkedin.clientWithPkce("secret", linkedin).join()
            val request = client.authorizationRequest { it.redirectUri(CALLBACK).scope("openid") }
            linkedin.answer(TOKEN, tokens(linkedin.idToken(*CLAIMS)))

            client.authorizationCodeGrant(request.callback(), request.pending).join().claims?.name shouldBe "Jane Doe"
            client.close()
        }
    })
