package dev.openidclient.error

import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain

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
