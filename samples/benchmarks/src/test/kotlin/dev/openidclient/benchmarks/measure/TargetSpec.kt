package dev.openidclient.benchmarks.measure

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class TargetSpec :
    FunSpec({
        val floor = measured("floor", 100.0, isFloor = true)

        test("a ratio is that of the medians") {
            val library = measured("library", 10.0, 80.0, 1000.0)

            verdicts(listOf(floor, library), listOf(ratioTarget(0.5))).single().value shouldBe 0.8
        }

        test("at least is met by the bound itself and not by less") {
            val measurements = listOf(floor, measured("library", 80.0))

            verdicts(measurements, listOf(ratioTarget(0.80))).single().isMet shouldBe true
            verdicts(measurements, listOf(ratioTarget(0.81))).single().isMet shouldBe false
        }

        test("at most is met by the bound itself and not by more") {
            val measurements = listOf(floor, measured("library", 110.0))

            fun isMet(bound: Double) =
                verdicts(measurements, listOf(ratioTarget(bound, rule = Target.Rule.AT_MOST))).single().isMet

            isMet(1.10) shouldBe true
            isMet(1.09) shouldBe false
        }

        test("the floor is the one with the same parameters") {
            val on = mapOf("engine" to "CIO")
            val floorOfEngine = measured("floor", 50.0, isFloor = true, parameters = on)
            val library = measured("library", 100.0, parameters = on)

            listOf(floor, floorOfEngine, library).floorOf(library) shouldBe floorOfEngine
        }

        test("the floor is the one of the same row") {
            val library = measured("library", 100.0, row = "another row")

            listOf(floor, library).floorOf(library) shouldBe null
        }

        test("a difference is told from the floor") {
            val target = ratioTarget(30.0, rule = Target.Rule.AT_MOST, relation = Target.Relation.DIFFERENCE)

            verdicts(listOf(floor, measured("library", 130.0)), listOf(target)).single().value shouldBe 30.0
        }

        test("a value alone needs no floor") {
            val target = ratioTarget(1.0, "downloads", Target.Rule.AT_MOST, Target.Relation.VALUE)
            val library = measured("library", 5.0, extra = mapOf("downloads" to 1.0))

            verdicts(listOf(library), listOf(target)).single().isMet shouldBe true
        }

        test("another reference than the floor is found by its subject and parameters") {
            val peer = measured("peer", 200.0, parameters = mapOf("provider" to "ACCP"))
            val target = ratioTarget(1.0, against = Target.Reference("peer", parameters = mapOf("provider" to "ACCP")))

            verdicts(listOf(floor, peer, measured("library", 300.0)), listOf(target)).single().value shouldBe 1.5
        }

        test("a target without its floor is not judged") {
            verdicts(listOf(measured("library", 1.0)), listOf(ratioTarget(1.0))).single().isMet shouldBe null
        }

        test("a target with parameters is not that of measurements with others") {
            val target = ratioTarget(1.0, parameters = mapOf("engine" to "CIO"))

            verdicts(listOf(floor, measured("library", 1.0)), listOf(target)).shouldBeEmpty()
        }
    })
