package dev.openidclient.benchmarks.start

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.report.publish

internal const val SUITE: String = "start"

/** One start tells little: there are so many at least. */
private const val FEWEST_ROUNDS = 11

/** The program: starts small programs again and again, on the JVM that it runs on. */
fun main() {
    val measurements =
        StartServer().use {
            interleaved(SUITE, maxOf(FEWEST_ROUNDS, Settings.rounds), StartSubject.subjects(it.issuer))
        }
    publish(Results(SUITE, Machine.here(), measurements, StartSubject.targets, notes()))
}

private fun notes(): List<String> =
    listOf(
        "Each program finds the server, gets a token for its client credentials and prints it, over plain HTTP. All " +
            "have the same class path, and no option of the JVM; nothing is pinned.",
        "The floor of the engine Java is Ktor's engine of that name; the library itself sends through java.net.http " +
            "directly, so the same program on that alone stands beside it.",
    )
