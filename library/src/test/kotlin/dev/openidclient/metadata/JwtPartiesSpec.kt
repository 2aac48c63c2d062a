package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.Jwt
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

class JwtPartiesSpec :
    FunSpec({
        context("the issuer") {
            val expected = ExpectedIssuer.Exactly(ISSUER)

            test("passes where it is the expected one") { jwt().requireIssuer(expected) }

            val others =
                listOf(
                    null,
                    json("null"),
                    json("1"),
                    json("[\"$ISSUER\"]"),
                    JsonPrimitive("$ISSUER/"),
                    JsonPrimitive(""),
                )
            for (other in others) {
                test("is refused where it is ${other ?: "absent"}") {
                    val e = shouldThrow<ValidationException> { jwt("iss" to other).requireIssuer(expected) }

                    e.code shouldBe ErrorCode.JWT_CLAIM_COMPARISON_FAILED
                }
            }

            test("is refused where the expected one depends on an absent claim, even if it is absent too") {
                val ofTenant = ExpectedIssuer.OfTenant("$ISSUER/{tenantid}")

                shouldThrow<ValidationException> { jwt("iss" to null).requireIssuer(ofTenant) }
                    .message shouldBe "ID Token: expected \"iss\" none, got none"
            }

            test("is told with the expected one") {
                shouldThrow<ValidationException> { jwt("iss" to JsonPrimitive("https://b.ex")).requireIssuer(expected) }
                    .message shouldBe
                    "ID Token: expected \"iss\" \"$ISSUER\", got \"https://b.ex\"; where both are one server, " +
                    "discover it by the name in its tokens and reach it by the other with mapOrigin(…)"
            }
        }

        context("the audience") {
            test("passes where it is the client") { jwt().requireAudience(CLIENT_ID) }

            test("passes where the client is one of several") {
                jwt("aud" to json("""["other","$CLIENT_ID"]""")).requireAudience(CLIENT_ID)
            }

            val others =
                listOf(
                    null,
                    json("null"),
                    json("[]"),
                    json("""["other"]"""),
                    JsonPrimitive("x $CLIENT_ID"),
                    json("[1]"),
                )
            for (other in others) {
                test("is refused where it is ${other ?: "absent"}") {
                    val e = shouldThrow<ValidationException> { jwt("aud" to other).requireAudience(CLIENT_ID) }

                    e.code shouldBe ErrorCode.JWT_CLAIM_COMPARISON_FAILED
                }
            }

            test("is told with the expected one") {
                shouldThrow<ValidationException> { jwt("aud" to json("""["a","b"]""")).requireAudience(CLIENT_ID) }
                    .message shouldBe "ID Token: expected \"aud\" \"$CLIENT_ID\", got \"a\", \"b\""
                shouldThrow<ValidationException> { jwt("aud" to null).requireAudience(CLIENT_ID) }
                    .message shouldBe "ID Token: expected \"aud\" \"$CLIENT_ID\", got none"
            }
        }
    })

private fun jwt(vararg changes: Pair<String, JsonElement?>): Jwt =
    Jwt.parse(TestKeys.compact(idTokenClaims(*changes), "none") { ByteArray(0) }, "ID Token")
