package dev.openidclient.benchmarks.measure

import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** What the command line decides: `-Dbenchmark.rounds=n -Dbenchmark.seconds=n`; the folders stand for tests. */
object Settings {
    val rounds: Int get() = System.getProperty("benchmark.rounds", "5").toInt()

    /** How long a round lasts. */
    val round: Duration get() = System.getProperty("benchmark.seconds", "1").toDouble().seconds

    /** Where runs leave their figures; the programs run in the folder of the module. */
    val results: Path get() = Path.of(System.getProperty("benchmark.results", "results"))
}
