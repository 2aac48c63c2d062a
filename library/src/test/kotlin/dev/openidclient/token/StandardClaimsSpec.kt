package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private fun claims(vararg changes: Pair<String, JsonElement?>): StandardClaims = IdTokenClaims(idTokenClaims(*changes), "")

class StandardClaimsSpec :
    FunSpec({
        val strings: Map<String, StandardClaims.() -> String?> =
            mapOf(
                "name" to { name },
                "given_name" to { givenName },
                "family_name" to { familyName },
                "middle_name" to { middleName },
                "nickname" to { nickname },
                "preferred_username" to { preferredUsername },
                "profile" to { profile },
                "picture" to { picture },
                "website" to { website },
                "email" to { email },
                "gender" to { gender },
                "birthdate" to { birthdate },
                "zoneinfo" to { zoneinfo },
                "locale" to { locale },
                "phone_number" to { phoneNumber },
            )
        for ((claim, property) in strings) {
            test("have $claim as text") {
                claims(claim to JsonPrimitive("x")).property() shouldBe "x"
            }

            test("have null for $claim where it is absent or null") {
                claims().property().shouldBeNull()
                claims(claim to JsonNull).property().shouldBeNull()
            }

            test("reject $claim as a number when it is asked for") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$claim\" must be a string") {
                    claims(claim to JsonPrimitive(1)).property()
                }
            }
        }

        val booleans: Map<String, StandardClaims.() -> Boolean?> =
            mapOf("email_verified" to { emailVerified }, "phone_number_verified" to { phoneNumberVerified })
        for ((claim, property) in booleans) {
            test("have $claim as true or false, or null where it is absent") {
                claims(claim to JsonPrimitive(true)).property() shouldBe true
                claims(claim to JsonPrimitive(false)).property() shouldBe false
                claims().property().shouldBeNull()
            }

            test("reject $claim as text when it is asked for") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "\"$claim\" must be true or false",
                ) {
                    claims(claim to JsonPrimitive("true")).property()
                }
            }
        }

        test("have updated_at as a time") {
            claims("updated_at" to JsonPrimitive(1)).updatedAt shouldBe Instant.ofEpochSecond(1)
        }

        test("have the address with its members") {
            val address =
                claims(
                    "address" to
                        json(
                            """
                            {"formatted":"a\nb","street_address":"b","locality":"c","region":"d","postal_code":"e","country":"f"}
                            """,
                        ),
                ).address

            address?.formatted shouldBe "a\nb"
            address?.streetAddress shouldBe "b"
            address?.locality shouldBe "c"
            address?.region shouldBe "d"
            address?.postalCode shouldBe "e"
            address?.country shouldBe "f"
        }

        test("reject an address that is no object when it is asked for") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"address\" must be a JSON object") {
                claims("address" to JsonPrimitive("x")).address
            }
        }

        test("have an empty subject where it came empty") {
            claims("sub" to JsonPrimitive("")).subject shouldBe ""
        }
    })
