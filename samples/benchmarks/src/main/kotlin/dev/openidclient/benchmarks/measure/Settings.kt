package dev.openidclient.benchmarks.measure

import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * What the command line decides: `-Dbenchmark.rounds=n -Dbenchmark.seconds=n -Dbenchmark.rows=a,b`; the folders stand for
 * tests.
 */
object Settings {
    val rounds: Int get() = System.getProperty("benchmark.rounds", "5").toInt()

    /** How long a round lasts. */
    val round: Duration get() = System.getProperty("benchmark.seconds", "1").toDouble().seconds

    /** Which rows are measured, where a suite can choose: names with commas between, nothing for all. */
    val rows: String get() = System.getProperty("benchmark.rows", "")

    /** Where runs leave their figures; the programs run in the folder of the module. */
    val results: Path get() = Path.of(System.getProperty("benchmark.results", "results"))
}
