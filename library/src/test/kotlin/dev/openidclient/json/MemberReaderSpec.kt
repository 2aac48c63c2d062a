package dev.openidclient.json

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration
import java.time.Instant

class MemberReaderSpec :
    FunSpec({
        fun read(value: String) =
            MemberReader(jsonObject("""{"m":$value}""")) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, it) }

        fun readNothing() = MemberReader(jsonObject("{}")) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, it) }

        val optionalReads =
            mapOf<String, Pair<String, MemberReader.() -> Any?>>(
                "optionalString" to ("a string" to { optionalString("m") }),
                "optionalBoolean" to ("true or false" to { optionalBoolean("m") }),
                "optionalStrings" to ("an array of strings" to { optionalStrings("m") }),
                "optionalStringOrStrings" to ("a string or an array of strings" to { optionalStringOrStrings("m") }),
                "optionalObject" to ("a JSON object" to { optionalObject("m") }),
                "optionalArray" to ("an array" to { optionalArray("m") }),
                "optionalNumber" to ("a number" to { optionalNumber("m") }),
                "optionalInstant" to ("a number" to { optionalInstant("m") }),
                "optionalSeconds" to ("a number" to { optionalSeconds("m") }),
            )
        val refused =
            mapOf(
                "optionalString" to listOf("1", "true", "[]", "{}", """["a"]"""),
                "optionalBoolean" to listOf("\"true\"", "1", "0", "[]", "{}"),
                "optionalStrings" to listOf("\"a\"", "[1]", """["a",null]""", """["a",["b"]]""", "1", "{}"),
                "optionalStringOrStrings" to listOf("[1]", """["a",null]""", "1", "true", "{}"),
                "optionalObject" to listOf("\"{}\"", "[]", "1", "true"),
                "optionalArray" to listOf("\"[]\"", "{}", "1", "true"),
                "optionalNumber" to listOf("\"1\"", "1e999", "-1e999", "true", "[]", "{}"),
                "optionalInstant" to listOf("\"1\"", "1e999", "true", "[]", "{}"),
                "optionalSeconds" to listOf("\"1\"", "1e999", "true", "[]", "{}"),
            )
        for ((name, read) in optionalReads) {
            val (rule, get) = read
            context(name) {
                test("is null where the member is absent") {
                    readNothing().get().shouldBeNull()
                }

                test("is null where the member is null") {
                    read("null").get().shouldBeNull()
                }

                for (value in refused.getValue(name)) {
                    test("rejects $value") {
                        val thrown = shouldThrow<OAuthException> { read(value).get() }
                        thrown.message!!.substringBefore(", but") shouldBe "\"m\" must be $rule"
                    }
                }
            }
        }

        context("accepts") {
            test("an empty string where any string will do") {
                read("\"\"").optionalString("m") shouldBe ""
                read("\"\"").requiredText("m") shouldBe ""
            }

            test("both booleans") {
                read("true").optionalBoolean("m") shouldBe true
                read("false").optionalBoolean("m") shouldBe false
            }

            test("strings in their order, none included") {
                read("""["b","a"]""").optionalStrings("m") shouldBe listOf("b", "a")
                read("[]").optionalStrings("m") shouldBe emptyList()
            }

            test("one string or several for aud") {
                read("\"a\"").optionalStringOrStrings("m") shouldBe listOf("a")
                read("""["a","b"]""").optionalStringOrStrings("m") shouldBe listOf("a", "b")
            }

            test("an object and an array") {
                read("""{"a":1}""").optionalObject("m") shouldBe jsonObject("""{"a":1}""")
                read("""[1,"a"]""").optionalArray("m") shouldBe listOf(json("1"), json("\"a\""))
            }

            test("fractional and exponential numbers") {
                read("1.5").optionalNumber("m") shouldBe 1.5
                read("1e3").optionalNumber("m") shouldBe 1000.0
            }
        }

        context("a required string") {
            for (value in listOf("null", "\"\"", "1", "true", "[]", "{}")) {
                test("is not $value") {
                    shouldThrow<InvalidResponseException> { read(value).requiredString("m") }
                }
            }

            test("is not absent") {
                shouldThrow<InvalidResponseException> { readNothing().requiredString("m") }.message shouldBe
                    "\"m\" must be a non-empty string, but is absent"
            }

            test("is a non-empty string") {
                read("\"a\"").requiredString("m") shouldBe "a"
            }
        }

        context("a string of which an empty one says nothing") {
            for (value in listOf("null", "\"\"")) {
                test("is absent as $value") { read(value).optionalNonEmptyString("m").shouldBeNull() }
            }

            test("is read") { read("\"a\"").optionalNonEmptyString("m") shouldBe "a" }

            test("is not a number") {
                shouldThrow<InvalidResponseException> { read("1").optionalNonEmptyString("m") }
            }
        }

        context("scope") {
            val spellings =
                mapOf("\"a b\"" to "a b", "[\"a\",\"b\"]" to "a b", "[]" to "", "\"\"" to "", "null" to null)
            for ((value, scope) in spellings) {
                test("is $scope as $value") { read(value).optionalScope("m") shouldBe scope }
            }

            test("is not a number, nor an array with one") {
                for (value in listOf("1", "[\"a\",1]")) {
                    shouldThrow<InvalidResponseException> { read(value).optionalScope("m") }
                }
            }
        }

        context("a lifetime") {
            for (value in listOf("-1", "\"\"", "null", "\"soon\"", "{}")) {
                test("that is $value says nothing, as if it were absent") {
                    read(value).optionalLifetime("m").shouldBeNull()
                }

                test("that is $value is not the required one") {
                    shouldThrow<InvalidResponseException> { read(value).requiredLifetime("m") }.message shouldContain
                        "\"m\" must be a number of seconds, 0 or more"
                }
            }

            test("is read from digits as text") { read("\"60\"").requiredLifetime("m") shouldBe Duration.ofMinutes(1) }
        }

        context("an interval") {
            val intervals =
                mapOf("1e-9" to 1L, "0" to 1L, "0.5" to 1L, "1" to 1L, "7" to 7L, "\"7\"" to 7L)
            for ((value, seconds) in intervals) {
                test("is $seconds seconds as $value, one at least") {
                    read(value).optionalInterval("m") shouldBe Duration.ofSeconds(seconds)
                }
            }

            for (value in listOf("-1", "null", "\"\"", "true")) {
                test("says nothing as $value") { read(value).optionalInterval("m").shouldBeNull() }
            }
        }

        context("a required text") {
            for (value in listOf("null", "1", "true", "[]", "{}")) {
                test("is not $value") {
                    shouldThrow<InvalidResponseException> { read(value).requiredText("m") }
                }
            }

            test("is not absent") {
                shouldThrow<InvalidResponseException> { readNothing().requiredText("m") }
            }
        }

        context("a required time") {
            test("is not absent") {
                shouldThrow<InvalidResponseException> { readNothing().requiredInstant("m") }
            }

            test("is not null") {
                shouldThrow<InvalidResponseException> { read("null").requiredInstant("m") }
            }

            test("is in seconds since the epoch") {
                read("1767225600").requiredInstant("m") shouldBe Instant.parse("2026-01-01T00:00:00Z")
            }
        }

        context("times and durations") {
            test("keep fractions") {
                read("1.5").optionalInstant("m") shouldBe Instant.ofEpochSecond(1, 500_000_000)
                read("1.5").optionalSeconds("m") shouldBe Duration.ofMillis(1500)
            }

            test("may be negative") {
                read("-1.5").optionalInstant("m") shouldBe Instant.ofEpochMilli(-1500)
                read("-1.5").optionalSeconds("m") shouldBe Duration.ofMillis(-1500)
            }

            test("beyond what an Instant holds become its ends") {
                read("1e300").optionalInstant("m") shouldBe Instant.MAX
                read("-1e300").optionalInstant("m") shouldBe Instant.MIN
            }

            test("beyond what a Duration holds become its ends") {
                read("1e300").optionalSeconds("m") shouldBe Duration.ofSeconds(Long.MAX_VALUE)
                read("-1e300").optionalSeconds("m") shouldBe Duration.ofSeconds(Long.MIN_VALUE)
            }
        }

        context("a violation says what the member is") {
            val kinds =
                mapOf(
                    "null" to "null",
                    "\"\"" to "an empty string",
                    "1" to "a number",
                    "true" to "a boolean",
                    "[]" to "an array",
                    "{}" to "an object",
                )
            for ((value, kind) in kinds) {
                test("$value is $kind") {
                    shouldThrow<InvalidResponseException> { read(value).requiredString("m") }.message shouldBe
                        "\"m\" must be a non-empty string, but is $kind"
                }
            }

            test("but not its value, which may be a secret") {
                shouldThrow<InvalidResponseException> { read("\"2YotnFZFEjr1zCsicMWpAA\"").optionalNumber("m") }
                    .message shouldNotContain "2YotnFZFEjr1zCsicMWpAA"
            }
        }
    })
