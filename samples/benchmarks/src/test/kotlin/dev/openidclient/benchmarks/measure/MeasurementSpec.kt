package dev.openidclient.benchmarks.measure

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class MeasurementSpec :
    FunSpec({
        test("the median of an odd number of values is the middle one") {
            median(listOf(9.0, 1.0, 2.0)) shouldBe 2.0
        }

        test("the median of an even number of values is the mean of the two in the middle") {
            median(listOf(9.0, 1.0, 2.0, 4.0)) shouldBe 3.0
        }

        test("no values have no median") {
            shouldThrow<IllegalArgumentException> { median(emptyList()) }
        }

        test("a metric that one round did not count has no median") {
            val measurement =
                Measurement("s", "r", "x", false, emptyMap(), listOf(Round(1.0, 2.0), Round(3.0)))

            measurement.cpuMicroseconds shouldBe null
        }

        test("a suite's own metric has a median by its name") {
            val rounds = listOf(1.0, 5.0, 3.0).map { Round(1.0, extra = mapOf("connections" to it)) }

            Measurement("s", "r", "x", false, emptyMap(), rounds).median("connections") shouldBe 3.0
        }
    })
