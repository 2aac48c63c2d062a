package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.TestKeys.base64Url
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.core.spec.style.FunSpec
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.security.MessageDigest

private fun hash(name: String): ByteArray = MessageDigest.getInstance(name).digest(ACCESS_TOKEN.encodeToByteArray())

private fun halfHash(name: String): String = base64Url(hash(name).let { it.copyOf(it.size / 2) })

private fun take(
    hash: JsonElement,
    algorithm: String = "RS256",
    accessToken: String? = ACCESS_TOKEN,
) = idTokenValidation("id_token_signed_response_alg" to JsonPrimitive(algorithm))
    .validate(unverifiable(idTokenClaims("at_hash" to hash), algorithm), accessToken)

/** `at_hash` of an ID Token. */
class IdTokenValidationHashSpec :
    FunSpec({
        test("is taken as OpenID Connect Core, Appendix A.4 has it") {
            shouldNotThrowAny {
                take(
                    JsonPrimitive("77QmUPtjPfzWtF2AnpK9RQ"),
                    accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
                )
            }
        }

        val hashes =
            mapOf(
                "RS256" to "SHA-256",
                "PS384" to "SHA-384",
                "ES512" to "SHA-512",
                "Ed25519" to "SHA-512",
                "EdDSA" to "SHA-512",
            )
        for ((algorithm, digest) in hashes) {
            test("is half of $digest with $algorithm") {
                shouldNotThrowAny { take(JsonPrimitive(halfHash(digest)), algorithm) }
            }

            test("of another access token is rejected with $algorithm") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"at_hash\"") {
                    take(JsonPrimitive(halfHash(digest)), algorithm, accessToken = "${ACCESS_TOKEN}x")
                }
            }
        }

        val wrong =
            mapOf(
                "the whole hash" to base64Url(hash("SHA-256")),
                "the right half" to base64Url(hash("SHA-256").let { it.copyOfRange(it.size / 2, it.size) }),
                "half of another algorithm's hash" to halfHash("SHA-512"),
                "padded" to halfHash("SHA-256") + "==",
            )
        for ((name, value) in wrong) {
            test("is rejected where it is $name") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "\"at_hash\" is not the hash",
                ) {
                    take(JsonPrimitive(value))
                }
            }
        }

        for (value in listOf("1", "[]", "true", "\"\"")) {
            test("is rejected as $value") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "claim \"at_hash\"",
                ) { take(json(value)) }
            }
        }

        test("may be null, which is absent") {
            shouldNotThrowAny { take(JsonNull) }
        }

        test("may be absent") {
            shouldNotThrowAny { idTokenValidation().validate(unverifiable(idTokenClaims()), ACCESS_TOKEN) }
        }

        test("is not looked at where no access token came") {
            shouldNotThrowAny { take(JsonPrimitive("x"), accessToken = null) }
        }

        test("is not looked at in an unsigned ID Token, which has no hash algorithm") {
            shouldNotThrowAny { take(JsonPrimitive("x"), algorithm = "none") }
        }
    })
