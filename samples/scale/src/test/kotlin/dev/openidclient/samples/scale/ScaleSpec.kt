package dev.openidclient.samples.scale

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import java.io.ByteArrayOutputStream
import java.io.PrintStream

class ScaleSpec :
    FunSpec({
        fun printed(
            status: Int,
            vararg words: String,
        ): String {
            val bytes = ByteArrayOutputStream()
            val actual = PrintStream(bytes, true).use { run(words.toList(), it) }
            val text = bytes.toString()
            println(text)
            actual shouldBe status
            return text
        }

        test("an instance is killed and the store cut off, and no session is lost and no refresh token used twice") {
            val text = printed(0, "--engine", "h2", "--seconds", "6", "--sessions", "40")
            text shouldContain "instance 1 is killed"
            text shouldContain "instance 4 is started"
            text shouldContain "the store is cut off"
            text shouldContain "the store is back"
            text shouldMatch Regex("(?s).*\\nreuses +0\\n.*, 0 lost.*\\nGood: .*")
        }

        test("without the lease refresh tokens are used twice and sessions lost, and the status says so") {
            val text = printed(1, "--engine", "h2", "--seconds", "6", "--sessions", "40", "--without-lease")
            text shouldMatch
                Regex("(?s).*\\nreuses +[1-9].* [1-9][0-9]* lost   OAUTH_.*\\nNot good: .*")
        }

        test("what it does not know is said, with what it does") {
            val unknown =
                listOf(
                    "--engine oracle",
                    "--seconds 5",
                    "--seconds x",
                    "--sessions 0",
                    "--sessions",
                    "--fast",
                    "--engine",
                )
            for (words in unknown) {
                printed(2, *words.split(' ').toTypedArray()) shouldContain "--without-lease"
            }
            printed(0, "--help") shouldContain "--engine redis"
        }
    })
