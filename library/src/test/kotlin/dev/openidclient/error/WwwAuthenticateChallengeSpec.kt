package dev.openidclient.error

import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration

class WwwAuthenticateChallengeSpec :
    StringSpec({
        fun challenge(vararg parameters: Pair<String, String>) = WwwAuthenticateChallenge("dpop", mapOf(*parameters))

        val properties =
            mapOf<String, (WwwAuthenticateChallenge) -> String?>(
                "realm" to { it.realm },
                "error" to { it.error },
                "error_description" to { it.errorDescription },
                "error_uri" to { it.errorUri },
                "scope" to { it.scope },
                "algs" to { it.algs },
                "resource_metadata" to { it.resourceMetadata },
            )
        for ((name, property) in properties) {
            "has a property for \"$name\"" {
                property(challenge(name to "value")) shouldBe "value"
            }

            "has null where there is no \"$name\"" {
                property(challenge(properties.keys.first { it != name } to "value")).shouldBeNull()
            }
        }

        "splits scopes and authentication contexts at spaces, and drops what is empty" {
            challenge("scope" to " a  b:c ").scopes shouldBe listOf("a", "b:c")
            challenge("acr_values" to "gold  silver").acrValues shouldBe listOf("gold", "silver")
            challenge().scopes.shouldBeEmpty()
            challenge("acr_values" to "").acrValues.shouldBeEmpty()
        }

        "reads the maximum age in seconds" {
            challenge("max_age" to "0").maxAge shouldBe Duration.ZERO
            challenge("max_age" to "300").maxAge shouldBe Duration.ofMinutes(5)
            challenge().maxAge.shouldBeNull()
        }

        for (age in listOf("", "-1", "+1", "1.5", "1e3", " 1", "5m", "٣", "9999999999999999")) {
            "refuses a maximum age that is no number of seconds: \"$age\"" {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"max_age\" of a challenge") {
                    challenge("max_age" to age).maxAge
                }
            }
        }

        "does not show a maximum age that is none, for a server may repeat a token there" {
            shouldThrow<InvalidResponseException> { challenge("max_age" to "t0ken").maxAge }
                .message shouldNotContain "t0ken"
        }

        "differs from one of another scheme" {
            WwwAuthenticateChallenge("dpop", emptyMap()) shouldNotBe WwwAuthenticateChallenge("bearer", emptyMap())
        }

        "differs from one with other parameters" {
            challenge("realm" to "a") shouldNotBe challenge("realm" to "b")
        }

        "differs from one with another token68" {
            WwwAuthenticateChallenge("a", emptyMap(), "x") shouldNotBe WwwAuthenticateChallenge("a", emptyMap(), "y")
        }

        "is equal to one of the same parts, and so is its hash" {
            challenge("realm" to "a") shouldBe challenge("realm" to "a")
            challenge("realm" to "a").hashCode() shouldBe challenge("realm" to "a").hashCode()
        }

        "prints no token68, for it may be a credential" {
            WwwAuthenticateChallenge("negotiate", emptyMap(), "YIIKsecret").toString() shouldBe
                "WwwAuthenticateChallenge(negotiate)"
        }

        "prints no control characters" {
            challenge("error" to "a\nb", "error_description" to "c\u2028d").toString() shouldNotContain
                Regex("[\n\u2028]")
        }
    })
