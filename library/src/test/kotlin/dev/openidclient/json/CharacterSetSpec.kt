package dev.openidclient.json

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class CharacterSetSpec :
    FunSpec({
        val word = CharacterSet.ALPHANUMERIC + "-_"

        test("a text of members only has no others, whatever its length") {
            for (text in listOf("", "a", "Z9-_", "0".repeat(2_000))) word.hasAllOf(text) shouldBe true
        }

        // U+0141 has the lower half of an A
        for (other in listOf(".", "=", "\u0000", "\u007F", "\u00E9", "\u0141", "\uD83D\uDE00", "\uD800")) {
            test("U+${"%04X".format(other[0].code)} is another character, wherever it stands") {
                for (text in listOf(other, "${other}a", "a$other", "a".repeat(2_000) + other)) {
                    word.hasAllOf(text) shouldBe false
                }
            }
        }

        test("half a character is another one also where a question mark, which UTF-8 puts in its place, is a member") {
            val visible = CharacterSet(' '..'~')
            visible.hasAllOf("what? where?") shouldBe true
            for (half in listOf("\uD800", "\uDBFF", "\uDC00", "\uDFFF", "\uD83D\uDE00")) {
                for (text in listOf(half, "${half}a", "a$half", "?$half?", "a".repeat(2_000) + half)) {
                    visible.hasAllOf(text) shouldBe false
                }
            }
        }

        test("only the bytes before the end are looked at") {
            word.hasAllOf("ab==".encodeToByteArray(), end = 2) shouldBe true
            word.hasAllOf("ab==".encodeToByteArray(), end = 3) shouldBe false
        }
    })
