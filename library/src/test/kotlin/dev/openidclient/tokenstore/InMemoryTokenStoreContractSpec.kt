package dev.openidclient.tokenstore

import dev.openidclient.contract.TokenStoreContract
import dev.openidclient.testserver.TestClock
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import java.time.Duration

class InMemoryTokenStoreContractSpec :
    FunSpec({
        val clock = TestClock()
        val contract =
            object : TokenStoreContract() {
                override fun store(): TokenStore = InMemoryTokenStore(clock = clock)

                override suspend fun pass(duration: Duration) {
                    clock.advance(duration)
                }
            }

        for (check in contract.checks()) test(check.name) { check.run() }

        test("the contract has sixty duties at least") {
            contract.checks().size shouldBeGreaterThanOrEqual 60
        }
    })
