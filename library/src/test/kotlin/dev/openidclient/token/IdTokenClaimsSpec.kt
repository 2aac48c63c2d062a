package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private fun claims(vararg changes: Pair<String, JsonElement?>) = IdTokenClaims(idTokenClaims(*changes), "")

class IdTokenClaimsSpec :
    FunSpec({
        test("have the claims that every ID Token has") {
            val claims = claims()

            claims.issuer shouldBe ISSUER
            claims.subject shouldBe "248289761001"
            claims.audience shouldBe listOf(CLIENT_ID)
            claims.expiresAt shouldBe NOW.plusSeconds(300)
            claims.issuedAt shouldBe NOW
        }

        test("have the audiences of an array, in order") {
            claims("aud" to json("""["b","a"]""")).audience shouldBe listOf("b", "a")
        }

        test("have times of a fraction of a second") {
            claims("exp" to json("1767225600.25")).expiresAt shouldBe NOW.plusMillis(250)
        }

        val strings: Map<String, IdTokenClaims.() -> String?> =
            mapOf(
                "nonce" to { nonce },
                "acr" to { acr },
                "azp" to { authorizedParty },
                "jti" to { jwtId },
                "sid" to { sessionId },
            )
        for ((claim, property) in strings) {
            test("have $claim as text, or null where it is absent") {
                claims(claim to JsonPrimitive("x")).property() shouldBe "x"
                claims().property().shouldBeNull()
            }

            test("have $claim as it is written where it is a number, and null where it cannot be read") {
                claims(claim to JsonPrimitive(1)).property() shouldBe "1"
                claims(claim to json("[]")).property().shouldBeNull()
            }
        }

        val times: Map<String, IdTokenClaims.() -> Instant?> =
            mapOf("nbf" to { notBefore }, "auth_time" to { authTime })
        for ((claim, property) in times) {
            test("have $claim as a time, or null where it is absent") {
                claims(claim to JsonPrimitive(0)).property() shouldBe Instant.EPOCH
                claims().property().shouldBeNull()
            }
        }

        test("have auth_time from text, and null where it cannot be read") {
            claims("auth_time" to JsonPrimitive("0")).authTime shouldBe Instant.EPOCH
            claims("auth_time" to json("{}")).authTime.shouldBeNull()
        }

        for (claim in listOf("exp", "iat", "nbf")) {
            test("stay strict with $claim, which a check depends on") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$claim\" must be a number") {
                    val claims = claims(claim to JsonPrimitive("0"))
                    listOf(claims.expiresAt, claims.issuedAt, claims.notBefore)
                }
            }
        }

        test("have amr as a list") {
            claims("amr" to json("""["pwd","otp"]""")).amr shouldBe listOf("pwd", "otp")
        }

        test("have amr as a list where it is one string") {
            claims("amr" to JsonPrimitive("pwd")).amr shouldBe listOf("pwd")
        }

        test("have null for an amr or a cnf that cannot be read") {
            claims("amr" to json("{}")).amr.shouldBeNull()
            claims("cnf" to JsonPrimitive("x")).confirmation.shouldBeNull()
        }

        test("have the confirmation of a DPoP key and of a certificate") {
            val confirmation = claims("cnf" to json("""{"jkt":"0ZcO","x5t#S256":"bwcK"}""")).confirmation

            confirmation?.jwkThumbprint shouldBe "0ZcO"
            confirmation?.certificateThumbprint shouldBe "bwcK"
            confirmation.toString() shouldBe "Confirmation(jkt=\"0ZcO\", x5t#S256=\"bwcK\")"
        }

        test("have no confirmation where there is none") {
            claims().confirmation.shouldBeNull()
            Confirmation(jsonObject("{}")).jwkThumbprint.shouldBeNull()
        }

        test("show issuer, audience and times, and nothing of the person") {
            val shown =
                claims(
                    "nonce" to JsonPrimitive("n-0S6"),
                    "email" to JsonPrimitive("jane@example.com"),
                ).toString()

            for (part in listOf("iss=\"$ISSUER\"", "aud=\"$CLIENT_ID\"", "nonce=██", "sub=██")) shown shouldContain part
            for (secret in listOf("n-0S6", "jane", "248289761001")) shown shouldNotContain secret
        }
    })
