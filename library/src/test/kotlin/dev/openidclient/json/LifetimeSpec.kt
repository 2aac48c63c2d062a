package dev.openidclient.json

import dev.openidclient.testing.json
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration

class LifetimeSpec :
    FunSpec({
        val read =
            mapOf(
                "3600" to 3_600_000L,
                "0" to 0,
                "-0" to 0,
                "1.5" to 1_500,
                "1e2" to 100_000,
                "\"3600\"" to 3_600_000,
                "\" 3600\"" to 3_600_000,
                "\"3600s\"" to 3_600_000,
                "\"+60\"" to 60_000,
                "\".5\"" to 500,
                "\"5.\"" to 5_000,
                "\"1e2x\"" to 100_000,
                "\"1e\"" to 1_000,
                "[60]" to 60_000,
                "[[\"60\"],1]" to 60_000,
            )
        for ((text, milliseconds) in read) {
            test("of $text is $milliseconds milliseconds") {
                lifetime(json(text)) shouldBe Duration.ofMillis(milliseconds)
            }
        }

        val refused =
            listOf(
                "-1",
                "\"-1\"",
                "\"\"",
                "\"abc\"",
                "\"s60\"",
                "\"- 1\"",
                "null",
                "true",
                "{}",
                "{\"a\":1}",
                "[]",
                "[{}]",
                "\"1e999\"",
                "\"NaN\"",
            )
        for (text in refused) {
            test("of $text is none") { lifetime(json(text)).shouldBeNull() }
        }
    })
