package dev.openidclient.benchmarks.scale

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.report.publish

internal const val SUITE: String = "scale"

private const val COUNT = 10_000

/** The program: ten thousand coroutines in one JVM, of which each waits for something. */
fun main() {
    val measurements =
        interleaved(SUITE, Settings.rounds, DevicePolls.subjects(COUNT)) +
            interleaved(SUITE, Settings.rounds, UnknownKeyId.subjects(COUNT))
    publish(Results(SUITE, Machine.here(), measurements, DevicePolls.targets + UnknownKeyId.targets, notes()))
}

private fun notes(): List<String> =
    listOf(
        "The answers come from the same process, without a socket; the JWK Set comes after 50 ms.",
        "What a poll holds is the heap that is left after full collections, less what was left before the flows " +
            "began, for each: with its device authorization, where the floor keeps the device code alone.",
        "What an unknown kid costs is the CPU time of the burst, less that of the same verifications where the key " +
            "is known. The floor is the JDK's signature checks alone. Those who wait keep their tokens meanwhile, so " +
            "the collector has more to copy: the time of the threads alone stands beside.",
    )
