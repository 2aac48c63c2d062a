package dev.openidclient.token

import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant

private fun claims(vararg changes: Pair<String, JsonElement?>): StandardClaims =
    IdTokenClaims(idTokenClaims(*changes), "")

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

            test("have $claim as it is written where it is a number") {
                claims(claim to json("4912345")).property() shouldBe "4912345"
            }

            test("have null for $claim where it cannot be read") {
                for (value in listOf("true", "[]", "{}")) {
                    val claims = claims(claim to json(value))

                    claims.property().shouldBeNull()
                    claims[claim] shouldBe json(value)
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

            test("have $claim from text, in any case") {
                claims(claim to JsonPrimitive("true")).property() shouldBe true
                claims(claim to JsonPrimitive("False")).property() shouldBe false
            }

            test("have null for $claim where it cannot be read") {
                for (value in listOf("1", "\"1\"", "\"yes\"", "\"\"", "[true]", "{}", "null")) {
                    claims(claim to json(value)).property().shouldBeNull()
                }
            }
        }

        test("have updated_at as a time") {
            claims("updated_at" to JsonPrimitive(1)).updatedAt shouldBe Instant.ofEpochSecond(1)
        }

        val times =
            mapOf(
                "1767225600" to "2026-01-01T00:00:00Z",
                "1767225600.5" to "2026-01-01T00:00:00.500Z",
                "2026-01-01T00:00:00Z" to "2026-01-01T00:00:00Z",
                "2026-01-01T01:00:00.250+01:00" to "2026-01-01T00:00:00.250Z",
                "2026-01-01T00:00:00" to "2026-01-01T00:00:00Z",
                "2026-01-01 00:00:00" to "2026-01-01T00:00:00Z",
                "2026-01-01" to "2026-01-01T00:00:00Z",
            )
        for ((text, time) in times) {
            test("have updated_at from the text $text") {
                claims("updated_at" to JsonPrimitive(text)).updatedAt shouldBe Instant.parse(time)
            }
        }

        for (value in listOf("\"\"", "\"yesterday\"", "\"2026-13-01\"", "\"1e400\"", "true", "[1]", "{}", "null")) {
            test("have null for updated_at as $value") {
                claims("updated_at" to json(value)).updatedAt.shouldBeNull()
            }
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

        test("have an address that is text as it is formatted") {
            claims("address" to JsonPrimitive("1 Main St\nTown")).address?.formatted shouldBe "1 Main St\nTown"
        }

        test("have an address that is JSON in text with its members") {
            val address = claims("address" to JsonPrimitive("""{"locality":"c","postal_code":12345}""")).address

            address?.locality shouldBe "c"
            address?.postalCode shouldBe "12345"
        }

        test("have null for an address that cannot be read") {
            for (value in listOf("\"\"", "1", "true", "[]", "null")) {
                claims("address" to json(value)).address.shouldBeNull()
            }
        }

        test("have an empty subject where it came empty") {
            claims("sub" to JsonPrimitive("")).subject shouldBe ""
        }
    })
