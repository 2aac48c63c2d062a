package dev.openidclient.benchmarks.scale

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.shouldBe

private const val FLOWS = 20

class DevicePollsSpec :
    FunSpec({
        for (subject in DevicePolls.subjects(FLOWS)) {
            test("${subject.name} waits, ${subject.parameters.getValue("state")}") {
                val round = subject.round()
                round.extra.keys shouldBe setOf(DevicePolls.HELD, DevicePolls.THREADS)
                round.extra.getValue(DevicePolls.THREADS) shouldBeGreaterThan 0.0
            }
        }

        test("every state has one floor") {
            DevicePolls.subjects(FLOWS).groupBy { it.parameters }.values.map { of -> of.count { it.isFloor } } shouldBe
                listOf(1, 1)
        }
    })
