package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Measurement
import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.Verdict
import dev.openidclient.benchmarks.measure.floorOf

private const val WIDTH = 120
private const val MADE = "<!-- made by -Dbenchmark=report of the module samples/benchmarks; do not edit -->"

/** `docs/performance.md`: what was measured, and where a target is missed or a peer is ahead. */
internal fun page(all: List<Results>): String =
    buildString {
        appendLine(INTRODUCTION)
        for (results in all) append(section(results))
    }.trimEnd() + "\n"

/** The page of one suite with every target and figure, on each JDK in [all]. */
internal fun figuresPage(all: List<Results>): String =
    buildString {
        val title = Suite.of(all.first())?.title ?: all.first().suite
        appendLine("$MADE\n# Performance: ${title.replaceFirstChar(Char::lowercase)}\n")
        appendLine(wrapped("All targets and figures of [this part of the page on performance](performance.md).") + "\n")
        for (results in all) {
            appendLine("## JDK ${results.jdkFeature}\n")
            appendLine(measuredOn(results) + "\n")
            append(targetTable("### Targets", results.verdicts))
            append(figureTable(results.measurements))
        }
    }.trimEnd() + "\n"

private val INTRODUCTION =
    """
    |$MADE
    |# Performance
    |
    |What the library costs, beside its floor and beside its peers. A **floor** is hand-written code that does the same
    |without the library, on the same machine in the same run; a ratio is the library's figure divided by the floor's, so
    |`1.00×` means that the library costs nothing, and the targets say how far from that it may be. The **peers** are what
    |else one could take.
    |
    |Each figure is the median of its rounds. The rounds are interleaved: the first round of everybody, then the second
    |of everybody, in a turned order, so that what else the machine does falls on all alike. CPU time is that of the
    |whole process, with what the compiler and the collector use; bytes are what all its threads allocate. Figures of
    |different machines say nothing beside each other; ratios of one run do.
    |
    |Measure again with one command for each suite: `jose`, `loop`, `scale`, `tokens`, `start`; then `report` makes
    |these pages.
    |
    |```sh
    |./mvnw -pl samples/benchmarks -am process-classes -Dquick -Dbenchmark=jose
    |```
    |
    |`-Djvm=/path/to/java` measures another JDK, `-Dbenchmark.rounds=9 -Dbenchmark.seconds=2` longer. The peers on Node
    |need Node and npm; without them they are left out, and the figures say so.
    |
    """.trimMargin()

private fun section(results: Results): String =
    buildString {
        val suite = Suite.of(results)
        appendLine("## ${suite?.title ?: results.suite}, JDK ${results.jdkFeature}")
        appendLine()
        suite?.let { appendLine(it.text.split("\n\n").joinToString("\n\n", transform = ::wrapped) + "\n") }
        appendLine(measuredOn(results) + "\n")
        results.notes.forEach { appendLine(wrapped("- $it", "  ")) }
        appendLine()
        chartOf(results)?.let {
            appendLine("![${it.title}: ${it.caption}](${chartFile(results)})")
            appendLine()
        }
        append(missed(results))
        append(peersAhead(results.measurements))
    }

/** How many targets are met, and those that are not. */
private fun missed(results: Results): String {
    val anchor = "${figuresFile(results)}#jdk-${results.jdkFeature.lowercase()}"
    if (results.verdicts.isEmpty()) return "[All figures]($anchor).\n\n"
    val missed = results.verdicts.filter { it.isMet != true }
    val met = "${results.verdicts.size - missed.size} of ${results.verdicts.size} targets are met"
    if (missed.isEmpty()) return "$met: [all targets and figures]($anchor).\n\n"
    return targetTable("$met; [all targets and figures]($anchor). These are not:", missed)
}

private fun measuredOn(results: Results): String =
    results.machine.run {
        wrapped("Measured on $date: $jdk, $operatingSystem, $cores cores; ${rounds(results)} rounds.")
    }

/** Words in lines of [WIDTH]; all but the first begin with [indent]. */
private fun wrapped(
    text: String,
    indent: String = "",
): String =
    text.split(' ').reduce { lines, word ->
        val separator = if (lines.length - lines.lastIndexOf('\n') + word.length > WIDTH) "\n$indent" else " "
        lines + separator + word
    }

/** `5`, or `5 to 9` where rows have different numbers of rounds. */
private fun rounds(results: Results): String {
    val counts = results.measurements.map { it.rounds.size }
    return listOf(counts.min(), counts.max()).distinct().joinToString(" to ")
}

private fun targetTable(
    heading: String,
    verdicts: List<Verdict>,
): String {
    if (verdicts.isEmpty()) return ""
    return heading + "\n\n" +
        table(
            listOf("Row", "Measured", "Target", "Met"),
            verdicts.map {
                listOf(
                    titled(it.measurement.row, it.measurement.parameters) + ", " + it.measurement.subject,
                    measured(it),
                    bound(it.target),
                    when (it.isMet) {
                        true -> "yes"
                        false -> "**no**"
                        null -> "not measured"
                    },
                )
            },
            words = 4,
        )
}

/** Plain sentences; a peer is compared with the library where all parameters that both have are the same. */
internal fun peersAhead(measurements: List<Measurement>): String {
    val peers = measurements.filter { it.isPeer }
    if (peers.isEmpty()) return ""
    val ahead = peers.mapNotNull { peer -> aheadOf(peer, measurements) }
    val text = if (ahead.isEmpty()) "None, in this run.\n" else ahead.joinToString("") { wrapped("- $it", "  ") + "\n" }
    return "### Where a peer is ahead\n\n$text\n"
}

private fun aheadOf(
    peer: Measurement,
    measurements: List<Measurement>,
): String? {
    val least = peer.cpuMicroseconds ?: return null
    val behind =
        measurements
            .filter { it.isLibrary && it.row == peer.row && it.parameters agreesWith peer.parameters }
            .filter { library -> library.cpuMicroseconds.let { it != null && it > least } }
    if (behind.isEmpty()) return null
    val library =
        behind.joinToString { titled("${figure(it.cpuMicroseconds)} µs", it.parameters - peer.parameters.keys) }
    return "${titled(peer.row, peer.parameters)}: ${peer.subject} uses ${figure(least)} µs of CPU, " +
        "${behind.first().subject} $library."
}

private infix fun Map<String, String>.agreesWith(others: Map<String, String>) =
    all { (name, value) -> others[name].let { it == null || it == value } }

private fun figureTable(measurements: List<Measurement>): String =
    "### Figures\n\n" +
        measurements.groupBy { it.row }.entries.joinToString("") { (row, rows) -> "**$row**\n\n" + figures(rows) }

private fun figures(rows: List<Measurement>): String {
    val parameters = rows.flatMap { it.parameters.keys }.distinct()
    val metrics = listOf(Metric.OPERATIONS_PER_SECOND, Metric.CPU_MICROSECONDS, Metric.ALLOCATED_BYTES)
    val extra = rows.flatMap { it.rounds }.flatMap { it.extra.keys }.distinct()
    val head = parameters + "Subject" + HEADS + extra.map(::worded) + RATIO_HEADS
    val lines =
        rows.map { row ->
            val floor = rows.floorOf(row)
            parameters.map { row.parameters[it].orEmpty() } +
                (if (row.isLibrary) "**${row.subject}**" else row.subject + if (row.isFloor) " (floor)" else "") +
                (metrics + extra).map { figure(row.median(it)) } +
                metrics.map { ratio(row, floor, it) }
        }
    val shown = head.indices.filter { column -> lines.any { it[column].isNotEmpty() } }
    return table(shown.map(head::get), lines.map { line -> shown.map(line::get) }, words = parameters.size + 1)
}

private val HEADS = listOf("ops/s", "CPU µs", "Bytes")
private val RATIO_HEADS = listOf("ops/s to floor", "CPU to floor", "Bytes to floor")

/** A table in Markdown, whose first columns are [words] and the others figures. */
private fun table(
    head: List<String>,
    lines: List<List<String>>,
    words: Int,
): String =
    buildString {
        appendLine(head.joinToString(" | ", "| ", " |"))
        appendLine(head.indices.joinToString("|", "|", "|") { if (it < words) "---" else "--:" })
        lines.forEach { appendLine(it.joinToString(" | ", "| ", " |")) }
        appendLine()
    }

private fun measured(verdict: Verdict): String = comparison(verdict).substringBeforeLast(" (")

private fun bound(target: Target): String {
    val rule = if (target.rule == Target.Rule.AT_LEAST) "at least" else "at most"
    return "$rule ${amount(target.bound, target.relation)}"
}
