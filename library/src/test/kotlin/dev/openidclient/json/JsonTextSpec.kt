package dev.openidclient.json

import dev.openidclient.testing.json
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

class JsonTextSpec :
    FunSpec({
        fun nested(
            depth: Int,
            open: Char = '[',
            close: Char = ']',
        ) = open.toString().repeat(depth) + close.toString().repeat(depth)

        context("accepts") {
            for (text in listOf("0", "-0", "10", "-1.5", "1e3", "1E+3", "1.25e-3", "1e999", "1${"0".repeat(400)}")) {
                test("the number ${text.take(20)}") {
                    parseJson(text) shouldBe json(text)
                }
            }

            for (text in listOf("true", "false", "\"\"", "\"a\"", "[]", "{}", " \t\r\n[ 1 , 2 ] ")) {
                test("the value <${text.trim()}>") {
                    parseJson(text).shouldNotBeNull()
                }
            }

            test("null, which is a value and no failure") {
                parseJson("null") shouldBe JsonNull
            }

            test("a string that looks like a bare word") {
                parseJson("\"NaN\"") shouldBe JsonPrimitive("NaN")
            }

            test("escapes in strings") {
                parseJson(""""\u00e4\n\"\\\/"""") shouldBe JsonPrimitive("ä\n\"\\/")
            }

            test("a byte order mark before the text") {
                parseJson("\uFEFF{}".encodeToByteArray()) shouldBe json("{}")
            }

            test("the last of duplicate members") {
                parseJson("""{"iss":"a","iss":"b"}""") shouldBe json("""{"iss":"b"}""")
            }

            test("invalid UTF-8, as replacement characters") {
                parseJson(byteArrayOf('"'.code.toByte(), 0xC3.toByte(), '"'.code.toByte())) shouldBe
                    JsonPrimitive("\uFFFD")
            }

            test("64 levels of nesting") {
                parseJson(nested(64)).shouldNotBeNull()
            }

            test("brackets in strings, which do not nest") {
                parseJson("\"${"[{".repeat(100)}\"").shouldNotBeNull()
            }

            test("brackets in a string after an escaped quote") {
                parseJson("\"\\\"${"[".repeat(100)}\"").shouldNotBeNull()
            }

            test("many brackets one after another, which do not nest") {
                parseJson("[${"[],".repeat(100)}[]]").shouldNotBeNull()
            }
        }

        context("rejects") {
            val broken =
                mapOf(
                    "no text" to "",
                    "white space" to "  ",
                    "a bare word" to "hello",
                    "a bare word as a member" to """{"a":hello}""",
                    "a bare word in an array" to "[hello]",
                    "a bare word deep inside" to """{"a":[{"b":hello}]}""",
                    "NaN" to "NaN",
                    "Infinity" to "-Infinity",
                    "True" to "True",
                    "nul" to "nul",
                    "a leading zero" to "01",
                    "a negative leading zero" to "-01",
                    "a leading plus" to "+1",
                    "a leading point" to ".5",
                    "a trailing point" to "1.",
                    "a minus alone" to "-",
                    "an exponent without digits" to "1e",
                    "a signed exponent without digits" to "1e+",
                    "a point in the exponent" to "1e1.5",
                    "hexadecimal" to "0x10",
                    "a number with a suffix" to "1d",
                    "digits of another script" to "١",
                    "two minus signs" to "--1",
                    "single quotes" to "'a'",
                    "a member name without quotes" to "{a:1}",
                    "a number as a member name" to "{1:1}",
                    "a trailing comma in an object" to """{"a":1,}""",
                    "a trailing comma in an array" to "[1,]",
                    "a leading comma" to "[,1]",
                    "a missing comma" to "[1 2]",
                    "a missing value" to """{"a":}""",
                    "a missing colon" to """{"a" 1}""",
                    "a comment" to "{}/* */",
                    "an unclosed object" to """{"a":1""",
                    "an unclosed array" to "[1",
                    "an unclosed string" to "\"a",
                    "text after the value" to "{} {}",
                    "a closing bracket too many" to "[]]",
                    "an unknown escape" to "\"\\x\"",
                    "an incomplete Unicode escape" to "\"\\u00\"",
                    "a Unicode escape that is not hexadecimal" to "\"\\u00zz\"",
                    "a raw line feed in a string" to "\"a\nb\"",
                    "a raw NUL in a string" to "\"a\u0000b\"",
                    "a raw line feed in a member name" to "{\"a\nb\":1}",
                    "white space that is not JSON's" to "\u00A0{}",
                    "two byte order marks" to "\uFEFF\uFEFF{}",
                    "HTML" to "<!doctype html>",
                    "a form" to "access_token=a&token_type=bearer",
                )
            for ((name, text) in broken) {
                test(name) {
                    parseJson(text).shouldBeNull()
                }
            }

            test("65 levels of arrays") {
                parseJson(nested(65)).shouldBeNull()
            }

            test("65 levels of objects") {
                parseJson("""{"a":""".repeat(65) + "1" + "}".repeat(65)).shouldBeNull()
            }

            test("a hundred thousand levels, without exhausting the stack") {
                parseJson(nested(100_000)).shouldBeNull()
            }
        }
    })
