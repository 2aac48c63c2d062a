package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class FormEncodingSpec :
    FunSpec({
        context("a form") {
            val encoded =
                mapOf(
                    "azAZ09" to "azAZ09",
                    "*-._" to "*-._",
                    " " to "+",
                    "+" to "%2B",
                    "~!'()" to "%7E%21%27%28%29",
                    "a&b=c;d/e?f" to "a%26b%3Dc%3Bd%2Fe%3Ff",
                    "%" to "%25",
                    "\r\n\u0000" to "%0D%0A%00",
                    "ä€😀" to "%C3%A4%E2%82%AC%F0%9F%98%80",
                )
            for ((plain, wire) in encoded) {
                test("writes ${wire.take(40)}") {
                    FormEncoding.encode(plain) shouldBe wire
                }

                test("reads ${wire.take(40)} back") {
                    FormEncoding.decode(wire) shouldBe plain
                }
            }
        }

        context("reading is lenient:") {
            val decoded =
                mapOf(
                    "a%2Fb%2fc" to "a/b/c",
                    "%" to "%",
                    "a%" to "a%",
                    "a%4" to "a%4",
                    "%zz+" to "%zz ",
                    "%4g" to "%4g",
                    "%%41" to "%A",
                    "ä+b" to "ä b",
                    "%C3+" to "\uFFFD ",
                    "a%2Bb" to "a+b",
                    "%25%32%42" to "%2B",
                )
            for ((wire, plain) in decoded) {
                test("<$wire> is <$plain>") {
                    FormEncoding.decode(wire) shouldBe plain
                }
            }
        }
    })
