package dev.openidclient.client

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class DownloadAllowanceSpec :
    FunSpec({
        test("gives three at once, and no fourth") {
            DownloadAllowance().takenAt(0, 0, 0, 0) shouldBe listOf(true, true, true, false)
        }

        test("gives one more after each 30 seconds") {
            DownloadAllowance().takenAt(0, 0, 0, 29, 30, 30, 59, 60, 61) shouldBe
                listOf(true, true, true, false, true, false, false, true, false)
        }

        test("never gathers more than three") {
            DownloadAllowance().takenAt(0, 0, 0, 100_000, 100_000, 100_000, 100_000) shouldBe
                listOf(true, true, true, true, true, true, false)
        }

        test("counts from when it was full") {
            DownloadAllowance().takenAt(1000, 1000, 1000, 1029, 1030) shouldBe listOf(true, true, true, false, true)
        }

        test("says how long to wait") {
            val allowance = DownloadAllowance()
            allowance.takenAt(0, 0, 10)
            allowance.wait(10) shouldBe 20
            allowance.wait(30) shouldBe 0
        }

        test("waits 30 seconds at the most where the clock is set back") {
            val allowance = DownloadAllowance()
            allowance.takenAt(1000, 1000, 1000)

            allowance.wait(500) shouldBe 30
            allowance.takenAt(529, 530) shouldBe listOf(false, true)
        }
    })

private fun DownloadAllowance.takenAt(vararg times: Long): List<Boolean> = times.map(::take)
