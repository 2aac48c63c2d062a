package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Subject
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/** What all subjects of a run share. Every operation brings the access token of [stub]. */
internal class Harness(
    val stub: StubProcess,
) : AutoCloseable {
    private val meter = ProcessMeter()

    // kept, as the bytes of a thread that has ended are lost
    private val threads: ExecutorService = Executors.newFixedThreadPool(Engines.MOST_WORKERS)

    fun suspending(
        place: Place,
        concurrency: Int,
        owned: AutoCloseable?,
        operation: suspend () -> String,
    ): Subject = subject(place, SuspendingLoop(concurrency, stub.address.accessToken, operation), owned)

    fun blocking(
        place: Place,
        concurrency: Int,
        operation: () -> String,
    ): Subject = subject(place, BlockingLoop(concurrency, stub.address.accessToken, threads, operation), null)

    fun futures(
        place: Place,
        concurrency: Int,
        owned: AutoCloseable?,
        operation: () -> CompletableFuture<String>,
    ): Subject = subject(place, FutureLoop(concurrency, stub.address.accessToken, operation), owned)

    private fun subject(
        place: Place,
        loop: ClosedLoop,
        owned: AutoCloseable?,
    ) = LoopSubject(place, stub, meter, loop, owned)

    override fun close() {
        threads.shutdown()
    }
}
