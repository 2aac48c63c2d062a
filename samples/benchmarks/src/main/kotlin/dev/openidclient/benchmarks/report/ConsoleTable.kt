package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Measurement
import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.Verdict
import dev.openidclient.benchmarks.measure.floorOf
import java.nio.file.Path

/** Prints the table of ratios, and keeps the figures for the page: how every suite ends. */
fun publish(
    results: Results,
    folder: Path = Settings.results,
) {
    println(consoleTable(results))
    println("written to ${results.write(folder).fileName}")
}

fun consoleTable(results: Results): String {
    val lines = listOf(HEAD) + results.measurements.map { line(it, results.measurements) }
    val widths = HEAD.indices.map { column -> lines.maxOf { it[column].length } }
    return buildString {
        for (line in lines) {
            val cells =
                line.mapIndexed { column, cell ->
                    if (column <= 1) cell.padEnd(widths[column]) else cell.padStart(widths[column])
                }
            appendLine(cells.joinToString("  ").trimEnd())
        }
        for (verdict in results.verdicts) appendLine(sentence(verdict))
    }
}

private val HEAD = listOf("row", "subject", "ops/s", "CPU µs", "bytes", "of floor: ops/s", "CPU", "bytes")

private fun line(
    measurement: Measurement,
    all: List<Measurement>,
): List<String> {
    val floor = all.floorOf(measurement)
    return listOf(
        titled(measurement.row, measurement.parameters),
        measurement.subject,
        figure(measurement.operationsPerSecond),
        figure(measurement.cpuMicroseconds),
        figure(measurement.allocatedBytes),
        ratio(measurement, floor, Metric.OPERATIONS_PER_SECOND),
        ratio(measurement, floor, Metric.CPU_MICROSECONDS),
        ratio(measurement, floor, Metric.ALLOCATED_BYTES),
    )
}

/** The row with its parameters: `code exchange (engine Java, concurrency 16)`. */
internal fun titled(
    row: String,
    parameters: Map<String, String>,
): String =
    if (parameters.isEmpty()) {
        row
    } else {
        parameters.entries.joinToString(prefix = "$row (", postfix = ")") {
            "${it.key} ${it.value}"
        }
    }

internal fun ratio(
    measurement: Measurement,
    floor: Measurement?,
    metric: String,
): String {
    val value = measurement.median(metric) ?: return ""
    val least = floor?.median(metric)?.takeIf { it > 0 } ?: return ""
    return times(value / least)
}

/** The verdict in words: `met: … 0.97× (at least 0.95×)`. */
internal fun sentence(verdict: Verdict): String {
    val outcome =
        when (verdict.isMet) {
            true -> "met"
            false -> "NOT MET"
            null -> "not measured"
        }
    val measurement = verdict.measurement
    return "$outcome: ${titled(
        measurement.row,
        measurement.parameters,
    )}, ${measurement.subject}: ${comparison(verdict)}"
}

/** `0.97× of the floor's throughput (at least 0.95×)`. */
internal fun comparison(verdict: Verdict): String {
    val target = verdict.target
    val rule = if (target.rule == Target.Rule.AT_LEAST) "at least" else "at most"
    val value = verdict.value?.let { amount(it, target.relation) } ?: "unknown"
    return "$value ${of(target)} ($rule ${amount(target.bound, target.relation)})"
}

private fun of(target: Target): String {
    val metric = worded(target.metric)
    val reference = target.against?.let { titled(it.subject, it.parameters.orEmpty()) } ?: "the floor"
    return when (target.relation) {
        Target.Relation.RATIO -> "of the $metric of $reference"
        Target.Relation.DIFFERENCE -> "$metric beyond $reference"
        Target.Relation.VALUE -> metric
    }
}

/** The metric as a reader calls it; a suite's own `connectionsPerOperation` as `connections per operation`. */
internal fun worded(metric: String): String = METRICS[metric] ?: metric.replace(CAPITAL) { " " + it.value.lowercase() }

// only within a word: names that are words already stay as they are
private val CAPITAL = Regex("(?<=[a-z])[A-Z]")

private val METRICS =
    mapOf(
        Metric.OPERATIONS_PER_SECOND to "throughput",
        Metric.CPU_MICROSECONDS to "CPU time",
        Metric.ALLOCATED_BYTES to "allocated bytes",
    )

internal fun amount(
    value: Double,
    relation: Target.Relation,
): String = if (relation == Target.Relation.RATIO) times(value) else figure(value)
