package dev.openidclient.tokenstore

import dev.openidclient.contract.ReplayCacheContract
import dev.openidclient.testserver.TestClock
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import java.time.Duration
import java.time.Instant

class InMemoryReplayCacheContractSpec :
    FunSpec({
        val clock = TestClock()
        val contract =
            object : ReplayCacheContract() {
                override fun cache(): ReplayCache = InMemoryReplayCache(clock = clock)

                override fun now(): Instant = clock.instant()

                override suspend fun pass(duration: Duration) {
                    clock.advance(duration)
                }
            }

        for (check in contract.checks()) test(check.name) { check.run() }

        test("the contract has fifteen duties at least") {
            contract.checks().size shouldBeGreaterThanOrEqual 15
        }
    })
