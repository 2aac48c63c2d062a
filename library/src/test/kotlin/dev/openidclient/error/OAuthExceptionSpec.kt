package dev.openidclient.error

import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

class OAuthExceptionSpec :
    StringSpec({
        fun refusal(
            error: String = "access_denied",
            description: String? = null,
        ) = AuthorizationResponseException(error, description, null, mapOf("code" to listOf("SplxlOBeZQQYbYS6WxSbIA")))

        "an authorization response says the error" {
            refusal().message shouldBe "the authorization server refused: \"access_denied\""
        }

        "an authorization response says the description after the error" {
            refusal(description = "not today").message shouldBe
                "the authorization server refused: \"access_denied\": not today"
        }

        "an empty description is left out of the message" {
            refusal(description = "").message shouldBe "the authorization server refused: \"access_denied\""
        }

        "control characters of the server's error do not reach the message" {
            refusal(error = "a\nINFO forged").message shouldNotContain "\n"
        }

        "control characters of the server's description do not reach the message" {
            refusal(description = "a\r\nINFO forged").message shouldContain "a\uFFFD\uFFFDINFO forged"
        }

        "the parameters of an authorization response are not printed" {
            refusal().toString() shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
        }

        fun errorDocument(shown: String) =
            ResponseBodyException(
                400,
                "invalid_grant",
                "code ab12 is used",
                JsonObject(emptyMap()),
                AnswerContent(emptyMap(), ByteArray(0)),
                shown,
            )

        "an OAuth error document says its status, error and description" {
            ResponseBodyException(400, "invalid_grant", "it is used", JsonObject(emptyMap())).message shouldBe
                "the server answered 400 with error \"invalid_grant\": it is used"
        }

        "an OAuth error document shows the masked description, not the server's own" {
            errorDocument("\"invalid_grant\": code ██ is used").message shouldBe
                "the server answered 400 with error \"invalid_grant\": code ██ is used"
        }

        "an OAuth error document keeps the server's own description as a property" {
            errorDocument("code ██").errorDescription shouldBe "code ab12 is used"
        }

        "a registration that is of no use here keeps what the server answered, and does not print it" {
            val answer = JsonObject(mapOf("client_secret" to JsonPrimitive("s3cret")))
            val thrown = RegistrationException("no", answer)

            thrown.registration shouldBe answer
            thrown.toString() shouldNotContain "s3cret"
        }

        "a challenge says its status, schemes and errors" {
            val challenges =
                listOf(
                    WwwAuthenticateChallenge("bearer", mapOf("error" to "invalid_token", "realm" to "r")),
                    WwwAuthenticateChallenge("dpop", emptyMap()),
                )
            WwwAuthenticateChallengeException(401, challenges, emptyMap(), ByteArray(0)).message shouldBe
                "the server answered 401 with the challenge bearer error=\"invalid_token\", dpop"
        }

        "the body of a challenge cannot be changed from outside" {
            val given = byteArrayOf(1, 2)
            val thrown = WwwAuthenticateChallengeException(401, emptyList(), emptyMap(), given)

            given[0] = 9
            thrown.body[0] = 9

            thrown.body shouldBe byteArrayOf(1, 2)
        }

        "each kind of exception says its own code" {
            listOf(
                refusal(),
                errorDocument("x"),
                WwwAuthenticateChallengeException(401, emptyList(), emptyMap(), ByteArray(0)),
                RegistrationException("m", JsonObject(emptyMap())),
                UnsupportedFeatureException("m"),
                DecryptionException("m"),
            ).map { it.code } shouldBe
                listOf(
                    "OAUTH_AUTHORIZATION_RESPONSE_ERROR",
                    "OAUTH_RESPONSE_BODY_ERROR",
                    "OAUTH_WWW_AUTHENTICATE_CHALLENGE",
                    "OAUTH_INVALID_RESPONSE",
                    "OAUTH_UNSUPPORTED_OPERATION",
                    "OAUTH_DECRYPTION_FAILED",
                )
        }
    })
