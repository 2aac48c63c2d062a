package dev.openidclient.benchmarks.loop

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

class PinningSpec :
    FunSpec({
        test("reads single cores and ranges") {
            allowedCores(listOf("Name:\tjava", "Cpus_allowed_list:\t0-2,5,8-9")) shouldBe listOf(0, 1, 2, 5, 8, 9)
        }

        test("knows no core where the status names none") {
            allowedCores(listOf("Name:\tjava")).shouldBeEmpty()
        }
    })
