package dev.openidclient.client

import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ProtocolTimeSpec :
    FunSpec({
        test("is the clock's") { ProtocolTime(FIXED_CLOCK, skew = 0, tolerance = 0).now shouldBe NOW.epochSecond }

        test("is later with a positive skew") {
            ProtocolTime(FIXED_CLOCK, skew = 5, tolerance = 0).now shouldBe NOW.epochSecond + 5
        }

        test("is earlier with a negative skew") {
            ProtocolTime(FIXED_CLOCK, skew = -5, tolerance = 0).now shouldBe NOW.epochSecond - 5
        }

        test("does not have the tolerance in it") {
            ProtocolTime(FIXED_CLOCK, skew = 0, tolerance = 30).now shouldBe NOW.epochSecond
        }

        test("is rounded down to whole seconds") {
            val time = ProtocolTime(MovableClock(NOW.plusMillis(999)), skew = 0, tolerance = 0)

            time.now shouldBe NOW.epochSecond
            time.instant shouldBe NOW
        }

        test("goes on with the clock") {
            val clock = MovableClock()
            val time = ProtocolTime(clock, skew = 1, tolerance = 0)
            clock.advance(9)

            time.instant shouldBe NOW.plusSeconds(10)
        }
    })
