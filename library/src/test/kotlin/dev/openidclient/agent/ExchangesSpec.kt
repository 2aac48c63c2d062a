package dev.openidclient.agent

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

class ExchangesSpec :
    FunSpec({
        test("one that is on the way goes on to its end, whoever is cancelled, and the end waits for it") {
            runTest {
                val exchanges = Exchanges()
                var isKept = false
                val call =
                    launch {
                        exchanges.run {
                            delay(5_000)
                            isKept = true
                        }
                    }
                runCurrent()
                exchanges.close()
                exchanges.isEnded shouldBe false

                call.cancelAndJoin()
                exchanges.awaitEnd()

                isKept shouldBe true
                exchanges.isEnded shouldBe true
            }
        }

        test("none begins after the end, so that no code is spent") {
            runTest {
                val exchanges = Exchanges()
                exchanges.run { "done" } shouldBe "done"
                exchanges.close()
                exchanges.isEnded shouldBe true
                var isSent = false

                shouldThrow<IllegalStateException> { exchanges.run { isSent = true } }

                isSent shouldBe false
            }
        }

        test("the end waits a minute, and no longer") {
            runTest {
                val exchanges = Exchanges()
                val never = CompletableDeferred<Unit>()
                val call = async { exchanges.run { never.await() } }
                runCurrent()
                exchanges.close()

                exchanges.awaitEnd()

                currentTime shouldBe 60_000
                never.complete(Unit)
                call.await()
            }
        }
    })
