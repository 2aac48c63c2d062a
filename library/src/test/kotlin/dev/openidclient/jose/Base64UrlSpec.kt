package dev.openidclient.jose

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

class Base64UrlSpec :
    FunSpec({
        // RFC 7515 Appendix C
        val bytes = byteArrayOf(3, -20, -1, -32, -63)

        test("writes the vector of RFC 7515 Appendix C, without padding") {
            Base64Url.encode(bytes) shouldBe "A-z_4ME"
        }

        test("writes nothing for no bytes") {
            Base64Url.encode(ByteArray(0)) shouldBe ""
        }

        context("reads leniently") {
            val forms =
                mapOf(
                    "no padding" to "A-z_4ME",
                    "padding" to "A-z_4ME=",
                    "too much padding" to "A-z_4ME==",
                    "the standard alphabet" to "A+z/4ME=",
                    "both alphabets" to "A-z/4ME",
                    "spaces" to " A-z_ 4ME ",
                    "line breaks" to "A-z_\r\n4ME\n",
                    "tabs and form feeds" to "A-z_\t4ME\u000C",
                    "white space before and after the padding" to "A-z_4ME =\n",
                )
            for ((name, text) in forms) {
                test(name) {
                    Base64Url.decode(text) shouldBe bytes
                }
            }

            test("nothing") {
                Base64Url.decode("") shouldBe ByteArray(0)
            }
        }

        context("rejects") {
            val broken =
                mapOf(
                    "one character alone" to "A",
                    "one character after whole groups" to "AAAAA",
                    "padding in the middle" to "A-z=_4ME",
                    "a character of no alphabet" to "A-z_4M!",
                    "a point" to "A-z.4ME",
                    "a percent escape" to "A-z_4ME%3D",
                    "a character beyond ASCII" to "A-z_4Mé",
                    "a character whose low byte is a letter" to "A-z_4M\u0141",
                    "a no-break space" to "A-z_\u00A04ME",
                    "a NUL" to "A-z_4ME\u0000",
                )
            for ((name, text) in broken) {
                test(name) {
                    Base64Url.decode(text).shouldBeNull()
                }
            }
        }
    })
