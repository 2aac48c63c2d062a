package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private const val EVENT = "secevent+jwt"
private const val RECEIVER = "https://receiver.example.com"

/** As another software of the server issues it: no `exp`, and an audience of its own. */
private fun jwt(
    vararg changes: Pair<String, JsonElement?>,
    typ: JsonElement? = JsonPrimitive(EVENT),
): String {
    val claims = idTokenClaims("exp" to null, "aud" to JsonPrimitive(RECEIVER), *changes)
    val header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID), "typ" to typ)
    return TestKeys.signRsa(claims, header = header.mapNotNull { (name, value) -> value?.let { name to it } }.toMap())
}

private suspend fun verify(
    jwt: String,
    typ: String = EVENT,
    audience: String? = RECEIVER,
    configure: ClientSettings.() -> Unit = {},
): JwtClaims = StubServer().answerKeys().client(configure = configure).verifyJwt(jwt, typ, audience)

class VerifyJwtSpec :
    FunSpec({
        test("the claims of a JWT of the server come back") {
            val claims = verify(jwt("jti" to JsonPrimitive("1"), "txn" to JsonPrimitive("2")))

            claims.issuer shouldBe ISSUER
            claims.audience shouldBe listOf(RECEIVER)
            claims.issuedAt shouldBe Instant.ofEpochSecond(NOW.epochSecond)
            claims.expiresAt shouldBe null
            claims.jwtId shouldBe "1"
            claims.json["txn"] shouldBe JsonPrimitive("2")
            claims.toString() shouldContain "sub=██"
        }

        test("an encrypted one is opened") {
            verify(encrypted(jwt())) { decryptable() }.audience shouldBe listOf(RECEIVER)
        }

        test("the signature is always verified") {
            val (header, payload, _) = jwt().split('.')
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                verify("$header.$payload.AAAA")
            }
        }

        for (algorithm in listOf("none", "HS256")) {
            test("one with the algorithm $algorithm is refused") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"$algorithm\"") {
                    verify(unverifiable(idTokenClaims(), algorithm, mapOf("typ" to JsonPrimitive(EVENT))))
                }
            }
        }

        test("ML-DSA is taken only where the server lists it") {
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"ML-DSA-44\"") {
                verify(unverifiable(idTokenClaims(), "ML-DSA-44", mapOf("typ" to JsonPrimitive(EVENT))))
            }
            val listing = serverMetadata("id_token_signing_alg_values_supported" to json("""["ML-DSA-44"]"""))
            val client = StubServer().answerKeys().client(listing)
            val audience = "aud" to JsonPrimitive(RECEIVER)
            val signed = unverifiable(idTokenClaims(audience), "ML-DSA-44", mapOf("typ" to JsonPrimitive(EVENT)))
            shouldFailWith<ValidationException>(ErrorCode.KEY_SELECTION_FAILED, "no key did") {
                client.verifyJwt(signed, EVENT, RECEIVER)
            }
        }

        context("the typ") {
            for (typ in listOf("SECEVENT+jwt", "application/secevent+jwt", "Application/SecEvent+JWT")) {
                test("$typ is the same") {
                    verify(jwt(typ = JsonPrimitive(typ))).issuer shouldBe ISSUER
                    verify(jwt(), typ).issuer shouldBe ISSUER
                }
            }

            for (typ in listOf(null, "\"JWT\"", "\"at+jwt\"", "\"x/secevent+jwt\"", "1")) {
                test("$typ is refused where another is due") {
                    shouldFailWith<ValidationException>(
                        ErrorCode.INVALID_RESPONSE,
                        "the JWT must have the \"typ\" \"secevent+jwt\", but has ${typ ?: "none"}",
                    ) { verify(jwt(typ = typ?.let(::json))) }
                }
            }

            for (typ in listOf("JWT", "application/jwt", "at+jwt", "application/at+jwt", "Logout+JWT", "")) {
                test("<$typ> has rules of its own, and is not verified so") {
                    shouldThrow<IllegalArgumentException> { verify(jwt(), typ) }
                }
            }
        }

        test("a logout token is refused by its event, whatever its typ says") {
            val events = json("""{"http://schemas.openid.net/event/backchannel-logout":{}}""")
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "the JWT is a logout token") {
                verify(jwt("events" to events))
            }
        }

        context("the issuer") {
            test("must be the server") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\"") {
                    verify(jwt("iss" to JsonPrimitive("https://other.example.com")))
                }
            }

            test("must be there") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have the claim \"iss\"") {
                    verify(jwt("iss" to null))
                }
            }
        }

        context("the audience") {
            test("must be the named one") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"aud\"") {
                    verify(jwt(), audience = "https://other.example.com")
                }
            }

            test("must be there where one is named") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"aud\"") {
                    verify(jwt("aud" to null))
                }
            }

            test("must not be there where none is named") {
                verify(jwt("aud" to null), audience = null).audience shouldBe emptyList()
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "no audience was named") {
                    verify(jwt(), audience = null)
                }
            }
        }

        context("the times") {
            test("an expired one is refused") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    verify(jwt("exp" to JsonPrimitive(NOW.epochSecond - 30)))
                }
            }

            test("one that is not valid yet is refused") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"nbf\"") {
                    verify(jwt("nbf" to JsonPrimitive(NOW.epochSecond + 60)))
                }
            }
        }

        for ((argument, call) in mapOf<String, suspend () -> JwtClaims>(
            "JWT" to { verify("") },
            "audience" to { verify(jwt(), audience = "") },
        )) {
            test("an empty $argument is the caller's mistake") { shouldThrow<IllegalArgumentException> { call() } }
        }

        test("a server without keys cannot be asked") {
            shouldThrow<MetadataException> {
                StubServer().client(serverMetadata("jwks_uri" to null)).verifyJwt(jwt(), EVENT, RECEIVER)
            }
        }
    })
