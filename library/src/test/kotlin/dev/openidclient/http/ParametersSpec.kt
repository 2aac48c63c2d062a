package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain

class ParametersSpec :
    FunSpec({
        val twoResources = Parameters.of("resource" to "a", "scope" to "s", "resource" to "b")

        test("keep repeated names in order") {
            twoResources.encode() shouldBe "resource=a&scope=s&resource=b"
            twoResources.all("resource") shouldBe listOf("a", "b")
        }

        test("encode names as well as values") {
            Parameters.of("a b&" to "c=d é").encode() shouldBe "a+b%26=c%3Dd+%C3%A9"
        }

        test("get is the first value, or null") {
            twoResources["resource"] shouldBe "a"
            twoResources["nonce"].shouldBeNull()
        }

        test("all of an unknown name is empty") {
            twoResources.all("nonce") shouldBe emptyList()
        }

        test("know which names they have, exactly as written") {
            ("scope" in twoResources) shouldBe true
            ("Scope" in twoResources) shouldBe false
            twoResources.names.toList() shouldBe listOf("resource", "scope")
        }

        context("with") {
            test("replaces the first value in place and drops the others") {
                twoResources.with("resource", "c").encode() shouldBe "resource=c&scope=s"
            }

            test("appends what is new") {
                twoResources.with("state", "x").encode() shouldBe "resource=a&scope=s&resource=b&state=x"
            }

            test("leaves the original as it was") {
                twoResources.with("resource", "c")

                twoResources.encode() shouldBe "resource=a&scope=s&resource=b"
            }
        }

        test("plus appends and keeps the earlier values") {
            twoResources.plus("resource", "c").all("resource") shouldBe listOf("a", "b", "c")
        }

        test("plus other parameters appends all of them") {
            (Parameters.of("a" to "1") + Parameters.of("a" to "2", "b" to "3")).encode() shouldBe "a=1&a=2&b=3"
        }

        test("without drops all values of the name") {
            twoResources.without("resource").encode() shouldBe "scope=s"
        }

        context("single") {
            test("is the value that came once") {
                twoResources.single("scope") shouldBe "s"
            }

            test("is null where none came") {
                twoResources.single("state").shouldBeNull()
            }

            test("rejects a parameter that came twice") {
                val thrown = shouldThrow<InvalidResponseException> { twoResources.single("resource") }
                thrown.code shouldBe ErrorCode.INVALID_RESPONSE
                thrown.message shouldBe "parameter \"resource\" must come once, but came 2 times"
            }

            test("rejects a parameter that came twice with the same value") {
                shouldThrow<InvalidResponseException> { Parameters.of("code" to "a", "code" to "a").single("code") }
            }
        }

        context("parse") {
            val parsed =
                mapOf(
                    "" to Parameters.EMPTY,
                    "a=b" to Parameters.of("a" to "b"),
                    "a" to Parameters.of("a" to ""),
                    "a=" to Parameters.of("a" to ""),
                    "=b" to Parameters.of("" to "b"),
                    "a=b=c" to Parameters.of("a" to "b=c"),
                    "&&a=b&" to Parameters.of("a" to "b"),
                    "a=1&a=2" to Parameters.of("a" to "1", "a" to "2"),
                    "a=b;c=d" to Parameters.of("a" to "b;c=d"),
                    "a+b=c%26d" to Parameters.of("a b" to "c&d"),
                    "?a=b" to Parameters.of("?a" to "b"),
                )
            for ((encoded, expected) in parsed) {
                test("<$encoded>") {
                    Parameters.parse(encoded) shouldBe expected
                }
            }
        }

        test("of a map keep its order") {
            Parameters.of(linkedMapOf("b" to "1", "a" to "2")).encode() shouldBe "b=1&a=2"
        }

        test("become a map of all values") {
            twoResources.toMap() shouldBe mapOf("resource" to listOf("a", "b"), "scope" to listOf("s"))
        }

        test("know whether there are any") {
            Parameters.EMPTY.isEmpty shouldBe true
            twoResources.isEmpty shouldBe false
        }

        test("are equal where names, values and order are") {
            Parameters.of("a" to "1", "b" to "2") shouldBe Parameters.parse("a=1&b=2")
            Parameters.of("a" to "1").hashCode() shouldBe Parameters.parse("a=1").hashCode()
        }

        test("differ in another order") {
            Parameters.of("a" to "1", "b" to "2") shouldNotBe Parameters.of("b" to "2", "a" to "1")
        }

        test("print names, never values") {
            val printed = Parameters.of("code" to "SplxlOBeZQQYbYS6WxSbIA", "state" to "xyz").toString()
            printed shouldBe "Parameters(code=██&state=██)"
            printed shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
        }
    })
