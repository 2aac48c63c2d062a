package dev.openidclient.error

import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

class PrintableSpec :
    StringSpec({
        "leaves ordinary text as it is" {
            printable("invalid_grant: the code is käputt 😀") shouldBe "invalid_grant: the code is käputt 😀"
        }

        val forged =
            mapOf(
                "a line feed" to '\n',
                "a carriage return" to '\r',
                "a NUL" to '\u0000',
                "an escape, which starts terminal sequences" to '\u001B',
                "a DEL" to '\u007F',
                "a C1 control" to '\u0085',
                "a line separator" to '\u2028',
                "a paragraph separator" to '\u2029',
                "a right-to-left override" to '\u202E',
                "a zero width joiner" to '\u200D',
            )
        for ((name, character) in forged) {
            "replaces $name" {
                printable("a${character}b") shouldBe "a\uFFFDb"
            }
        }

        "shows 300 characters whole" {
            printable("x".repeat(300)) shouldBe "x".repeat(300)
        }

        "cuts what is longer than 300 characters" {
            printable("x".repeat(301)) shouldBe "x".repeat(300) + "…"
        }
    })
