package dev.openidclient.json

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ByteWordsSpec :
    FunSpec({
        test("what structures a text is never passed over") {
            val structure = "\"\\{}[]" + ('\u0000'..'\u001F').joinToString("")
            for (character in structure) {
                for (filler in listOf('a', '_', '~', '|', '^', 'z', '\u007F', '\u00E9', '\u3042')) {
                    for (at in 0..24) {
                        val text = filler.toString().repeat(at) + character + filler.toString().repeat(24 - at)
                        val utf8 = text.encodeToByteArray()
                        val where = filler.toString().repeat(at).encodeToByteArray().size
                        for (start in 0..where) {
                            val near = ByteWords(utf8).nearStructure(start)
                            (near in start..where) shouldBe true
                        }
                    }
                }
            }
        }

        test("what structures nothing is passed over, but for the last bytes") {
            for (character in listOf('a', 'Z', '0', '_', '-', '~', '^', ' ', '\u007F', '\u00E9', '\u3042')) {
                val utf8 = character.toString().repeat(40).encodeToByteArray()
                ByteWords(utf8).nearStructure(0) shouldBe utf8.size / 8 * 8
                ByteWords(utf8).nearStructure(utf8.size + 1) shouldBe utf8.size
            }
        }
    })
