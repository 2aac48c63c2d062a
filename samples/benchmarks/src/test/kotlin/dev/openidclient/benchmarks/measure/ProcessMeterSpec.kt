package dev.openidclient.benchmarks.measure

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.longs.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.Callable
import java.util.concurrent.Executors

class ProcessMeterSpec :
    FunSpec({
        test("bytes that another thread allocates are counted") {
            val meter = ProcessMeter()
            val other = Executors.newSingleThreadExecutor()
            try {
                other.submit {}.get()
                val before = meter.usage()
                other.submit(Callable { List(COUNT) { ByteArray(SIZE) }.sumOf { it.size } }).get()

                (meter.usage() - before).allocatedBytes shouldBeGreaterThanOrEqualTo COUNT.toLong() * SIZE
            } finally {
                other.shutdown()
            }
        }

        test("what a thread had allocated is not forgotten when it ends") {
            val meter = ProcessMeter()
            val other = Executors.newSingleThreadExecutor()
            other.submit(Callable { List(COUNT) { ByteArray(SIZE) }.sumOf { it.size } }).get()
            val before = meter.usage()
            other.shutdown()
            other.awaitTermination(1, java.util.concurrent.TimeUnit.SECONDS)

            (meter.usage() - before).allocatedBytes shouldBeGreaterThanOrEqualTo 0
        }

        test("CPU time grows with work") {
            val meter = ProcessMeter()
            val before = meter.usage()
            var sum = 0L
            while ((meter.usage() - before).cpuNanoseconds == 0L) sum += System.nanoTime()

            (meter.usage() - before).cpuNanoseconds shouldBeGreaterThan 0
        }

        test("a round tells what one operation cost") {
            val round = roundOf(4, 2_000_000_000, Usage(8_000, 400))

            round.operationsPerSecond shouldBe 2.0
            round.cpuMicroseconds shouldBe 2.0
            round.allocatedBytes shouldBe 100.0
        }
    })

private const val COUNT = 100
private const val SIZE = 10_000
