package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name

/** The program: makes the pages and their charts of the figures that the suites have left. */
fun main() {
    val all = readResults(Settings.results)
    check(all.isNotEmpty()) { "there are no figures yet: run a suite first" }
    writePages(all, Path.of(System.getProperty("benchmark.docs", "../../docs")))
}

/** The suites in the order of the page, each with the older JDK first. */
internal fun readResults(folder: Path): List<Results> =
    folder
        .takeIf { Files.isDirectory(it) }
        ?.listDirectoryEntries()
        .orEmpty()
        .filter { it.extension == "json" }
        .sortedBy { it.name }
        .map(Results::read)
        .sortedBy { Suite.of(it)?.ordinal ?: Int.MAX_VALUE }

/** `performance.md`, and beside it a page of figures for each suite; pages and charts of earlier runs are removed. */
internal fun writePages(
    all: List<Results>,
    folder: Path,
) {
    Files.createDirectories(folder)
    folder.listDirectoryEntries("performance-*.{svg,md}").forEach(Files::delete)
    for (results in all) {
        chartOf(results)?.let { Files.writeString(folder.resolve(chartFile(results)), it.svg()) }
    }
    Files.writeString(folder.resolve("performance.md"), page(all))
    for ((file, ofFile) in all.groupBy(::figuresFile)) Files.writeString(folder.resolve(file), figuresPage(ofFile))
}

internal fun chartFile(results: Results): String = "performance-${results.id}.svg"

/** The page with all figures of the suite, on every JDK. */
internal fun figuresFile(results: Results): String = "performance-${results.suite}.md"
