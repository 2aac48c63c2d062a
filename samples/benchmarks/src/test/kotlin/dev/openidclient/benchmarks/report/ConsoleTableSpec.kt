package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.measured
import dev.openidclient.benchmarks.measure.ratioTarget
import dev.openidclient.benchmarks.measure.resultsOf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class ConsoleTableSpec :
    FunSpec({
        val floor = measured("floor", 100.0, isFloor = true)
        val library = measured("library", 80.0)

        test("each measurement stands with its ratios to the floor") {
            val line = consoleTable(resultsOf(floor, library)).lines()[2]

            line.trim().split(Regex(" +")) shouldBe
                listOf("row", "library", "80.0", "80.0", "80.0", "0.80×", "0.80×", "0.80×")
        }

        test("the columns stand below each other") {
            val lines = consoleTable(resultsOf(floor, library)).lines()

            lines[1].indexOf("100") + "100".length shouldBe lines[2].indexOf("80.0") + "80.0".length
        }

        test("a target that is missed says so, with what was measured and what was asked") {
            consoleTable(resultsOf(floor, library, targets = listOf(ratioTarget(0.95)))) shouldContain
                "NOT MET: row, library: 0.80× of the throughput of the floor (at least 0.95×)"
        }

        test("a target that is met says so") {
            consoleTable(resultsOf(floor, library, targets = listOf(ratioTarget(0.80)))) shouldContain
                "met: row, library"
        }

        test("a target whose reference was not measured is neither met nor missed") {
            consoleTable(resultsOf(library, targets = listOf(ratioTarget(0.80)))) shouldContain
                "not measured: row, library"
        }

        test("a difference is told in the unit of its metric") {
            val target =
                ratioTarget(5.0, Metric.ALLOCATED_BYTES, Target.Rule.AT_MOST, Target.Relation.DIFFERENCE)

            consoleTable(resultsOf(floor, measured("library", 104.0), targets = listOf(target))) shouldContain
                "4.00 allocated bytes beyond the floor (at most 5.00)"
        }

        test("parameters stand with their row") {
            titled("grant", mapOf("engine" to "CIO", "concurrency" to "16")) shouldBe
                "grant (engine CIO, concurrency 16)"
        }

        test("a suite's own metric is told in words") {
            worded("connectionsPerOperation") shouldBe "connections per operation"
            worded("milliseconds of CPU") shouldBe "milliseconds of CPU"
        }
    })
