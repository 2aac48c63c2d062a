package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Measurement
import dev.openidclient.benchmarks.measure.Results

/** Horizontal bars in groups, each group with a scale of its own. */
internal class Chart(
    val title: String,
    val caption: String,
    val groups: List<Group>,
) {
    class Group(
        val title: String,
        val bars: List<Bar>,
    )

    class Bar(
        val label: String,
        val value: Double,
        val kind: Kind,
    )

    enum class Kind { LIBRARY, FLOOR, OTHER }

    /** A picture that needs nothing else, in the colours that the reader's system prefers. */
    fun svg(): String {
        val labels = groups.flatMap { it.bars }.maxOf { it.label.length } * LETTER_WIDTH
        val left = MARGIN + labels + GAP
        val width = left + LONGEST_BAR + FIGURE_WIDTH + MARGIN
        var top = HEAD_HEIGHT
        val body =
            buildString {
                for (group in groups) {
                    append(text(MARGIN, top + TITLE_BASE, group.title, "group"))
                    top += TITLE_HEIGHT
                    val longest = group.bars.maxOf { it.value }
                    for (bar in group.bars) {
                        append(bar(bar, left, top, longest))
                        top += BAR_HEIGHT
                    }
                    top += GAP
                }
            }
        val height = top + MARGIN
        val size = """width="$width" height="$height""""
        val name = escaped("$title: $caption")
        return buildString {
            appendLine("""<svg xmlns="$NAMESPACE" $size viewBox="0 0 $width $height" role="img" aria-label="$name">""")
            appendLine("<title>${escaped(title)}</title>")
            appendLine("<style>$STYLE</style>")
            appendLine("""<rect class="page" $size/>""")
            append(text(MARGIN, MARGIN + TITLE_BASE, title, "title"))
            append(text(MARGIN, MARGIN + CAPTION_BASE, caption, "caption"))
            append(body)
            appendLine("</svg>")
        }
    }

    private fun bar(
        bar: Bar,
        left: Int,
        top: Int,
        longest: Double,
    ): String {
        val length = (bar.value / longest * LONGEST_BAR).toInt().coerceAtLeast(1)
        val base = top + BAR_BASE
        val height = BAR_HEIGHT - BAR_GAP
        val style = bar.kind.name.lowercase()
        return buildString {
            append("""<text class="label" x="${left - GAP}" y="$base" text-anchor="end">""")
            appendLine("${escaped(bar.label)}</text>")
            appendLine("""<rect class="$style" x="$left" y="$top" width="$length" height="$height" rx="2"/>""")
            append(text(left + length + BAR_GAP + 1, base, figure(bar.value), "label"))
        }
    }

    private fun text(
        x: Int,
        y: Int,
        text: String,
        style: String,
    ): String = """<text class="$style" x="$x" y="$y">${escaped(text)}</text>""" + "\n"

    private companion object {
        const val NAMESPACE = "http://www.w3.org/2000/svg"
        const val MARGIN = 16
        const val GAP = 8
        const val LETTER_WIDTH = 7
        const val LONGEST_BAR = 360
        const val FIGURE_WIDTH = 70
        const val HEAD_HEIGHT = 68
        const val TITLE_HEIGHT = 24
        const val TITLE_BASE = 16
        const val CAPTION_BASE = 36
        const val BAR_HEIGHT = 20
        const val BAR_BASE = 12
        const val BAR_GAP = 4

        val STYLE =
            """
            |text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#1f2328}
            |.title{font-size:16px;font-weight:600}.group{font-size:13px;font-weight:600}
            |.caption{font-size:12px;fill:#59636e}.label{font-size:12px}
            |.page{fill:#ffffff}.library{fill:#0969da}.floor{fill:#8c959f}.other{fill:#b8c4d0}
            |@media (prefers-color-scheme:dark){text{fill:#e6edf3}.caption{fill:#9198a1}.page{fill:#0d1117}
            |.library{fill:#4493f8}.floor{fill:#7d8590}.other{fill:#444c56}}
            """.trimMargin()
    }
}

/** The chart of a suite that has one and something to show. */
internal fun chartOf(results: Results): Chart? {
    val suite = Suite.of(results) ?: return null
    val charted = suite.chart ?: return null
    val shown = results.measurements.filter { charted.shows(it) && it.median(charted.metric) != null }
    if (shown.isEmpty()) return null
    val told = shown.flatMap { it.parameters.keys }.distinct().filter { it in OF_A_BAR }
    val groups =
        shown
            .groupBy { titled(it.row, it.parameters - told.toSet()) }
            .map { (title, rows) -> Chart.Group(title, rows.map { barOf(it, charted.metric) }) }
    return Chart("${suite.title}, JDK ${results.jdkFeature}", charted.caption, groups)
}

/** Parameters that tell the bars of one group apart, not the groups. */
private val OF_A_BAR = setOf("engine", "provider")

private fun barOf(
    measurement: Measurement,
    metric: String,
): Chart.Bar {
    val told =
        measurement.parameters
            .filterKeys {
                it in OF_A_BAR
            }.values
            .filter { measurement.isLibrary && it != "JDK" }
    val kind =
        when {
            measurement.isLibrary -> Chart.Kind.LIBRARY
            measurement.isFloor -> Chart.Kind.FLOOR
            else -> Chart.Kind.OTHER
        }
    return Chart.Bar((listOf(measurement.subject) + told).joinToString(", "), measurement.median(metric) ?: 0.0, kind)
}

private fun escaped(text: String): String =
    text
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
