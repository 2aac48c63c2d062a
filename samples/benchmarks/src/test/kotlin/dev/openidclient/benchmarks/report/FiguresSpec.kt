package dev.openidclient.benchmarks.report

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class FiguresSpec :
    FunSpec({
        test("figures have three digits that count") {
            listOf(0.0, 1.234, 12.34, 123.4, 1234567.0).map(::figure) shouldBe
                listOf("0", "1.23", "12.3", "123", "1 234 567")
        }

        test("what was not measured is left empty") {
            figure(null) shouldBe ""
        }

        test("ratios have three digits that count") {
            listOf(0.954, 15.04, 119.4).map(::times) shouldBe listOf("0.95×", "15.0×", "119×")
        }
    })
