package dev.openidclient.benchmarks.loop

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

private const val WORKERS = 3
private const val EXPECTED = "expected"

class ClosedLoopSpec :
    FunSpec({
        val threads = Executors.newFixedThreadPool(WORKERS)

        afterSpec { threads.shutdown() }

        fun loops(brought: () -> String): Map<String, ClosedLoop> =
            mapOf(
                "coroutines" to
                    SuspendingLoop(WORKERS, EXPECTED) {
                        delay(1.milliseconds)
                        brought()
                    },
                "threads" to BlockingLoop(WORKERS, EXPECTED, threads) { brought() },
                "futures" to
                    FutureLoop(WORKERS, EXPECTED) {
                        CompletableFuture.supplyAsync(
                            { brought() },
                            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS),
                        )
                    },
            )

        for (kind in loops { EXPECTED }.keys) {
            test("$kind do one operation each where there is no time") {
                val done = AtomicInteger()
                val loop =
                    loops {
                        done.incrementAndGet()
                        EXPECTED
                    }.getValue(kind)
                loop.run(Duration.ZERO) shouldBe WORKERS
                done.get() shouldBe WORKERS
            }

            test("$kind do one operation after another, and count each") {
                val done = AtomicInteger()
                val loop =
                    loops {
                        done.incrementAndGet()
                        EXPECTED
                    }.getValue(kind)
                val operations = loop.run(500.milliseconds)
                operations shouldBe done.get()
                operations shouldBeGreaterThan WORKERS.toLong()
            }
        }

        test("coroutines fail where an operation brings something else") {
            shouldThrow<IllegalStateException> { loops { "other" }.getValue("coroutines").run(Duration.ZERO) }
        }

        test("threads fail where an operation brings something else") {
            shouldThrow<ExecutionException> { loops { "other" }.getValue("threads").run(Duration.ZERO) }
                .cause!!
                .message shouldBe "an operation brought something else than the expected token"
        }

        test("futures fail where an operation brings something else") {
            shouldThrow<CompletionException> {
                loops { "other" }.getValue("futures").run(Duration.ZERO)
            }
        }
    })
