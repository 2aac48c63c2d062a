package dev.openidclient.token

import dev.openidclient.error.OAuthException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys.base64Url
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.json
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

private val CLAIM_FAULTS: List<Pair<Pair<String, JsonElement?>, String>> =
    listOf(
        ("nbf" to JsonPrimitive("x")) to "claim \"nbf\" of the ID Token must be a number",
        ("exp" to JsonPrimitive(NOW.epochSecond - 300)) to "\"exp\"",
        ("iat" to null) to "must have the claim \"iat\"",
        ("iss" to JsonPrimitive("https://evil.example.com")) to "expected \"iss\"",
        ("aud" to JsonPrimitive("other")) to "expected \"aud\"",
        ("sub" to JsonPrimitive(1)) to "claim \"sub\"",
        ("aud" to json("""["$CLIENT_ID","api"]""")) to "\"azp\" must be there",
        ("at_hash" to JsonPrimitive("x")) to "\"at_hash\"",
    )

class IdTokenValidationOrderSpec :
    FunSpec({
        context("of several faulty claims the first in this order is reported") {
            for ((index, fault) in CLAIM_FAULTS.withIndex()) {
                test("${index + 1}: ${fault.second}") {
                    val faults = CLAIM_FAULTS.drop(index).map { it.first }.asReversed()
                    val token = unverifiable(idTokenClaims(*faults.toTypedArray()))

                    shouldThrow<OAuthException> { idTokenValidation().validate(token, ACCESS_TOKEN) }
                        .message
                        .orEmpty() shouldContain fault.second
                }
            }
        }

        test("the algorithm is judged before crit and before the payload is read") {
            val header = base64Url("""{"alg":"ES256","crit":["b64"]}""")

            shouldThrow<OAuthException> {
                idTokenValidation().validate(
                    "$header.${base64Url("no JSON")}.x",
                    ACCESS_TOKEN,
                )
            }.message
                .orEmpty() shouldContain "signed with RS256"
        }

        test("crit is judged before the payload is read") {
            val header = base64Url("""{"alg":"RS256","crit":["b64"]}""")

            shouldThrow<OAuthException> {
                idTokenValidation().validate(
                    "$header.${base64Url("no JSON")}.x",
                    ACCESS_TOKEN,
                )
            }.message
                .orEmpty() shouldContain "\"crit\""
        }
    })
