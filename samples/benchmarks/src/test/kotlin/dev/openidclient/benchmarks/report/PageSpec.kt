package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.measured
import dev.openidclient.benchmarks.measure.resultsOf
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Files
import kotlin.io.path.exists
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.io.path.writeText

class PageSpec :
    FunSpec({
        val floor = measured("java.security.Signature", 100.0, 100.0, row = ROW, isFloor = true, parameters = JDK)
        val library = measured("openid-client", 90.0, row = ROW, parameters = JDK)
        val faster = measured("Nimbus", 40.0, row = ROW, parameters = JDK)

        test("a section says what was measured, on what and when") {
            val text = page(listOf(resultsOf(floor, library)))

            text shouldContain "## Tokens, proofs and assertions, JDK 17"
            text shouldContain "2026-01-02"
            text shouldContain "Vendor 17.0.1+2, Linux amd64, 2 cores; 1 to 2 rounds."
            text shouldContain "- A note."
        }

        test("a target that is missed is in bold, and counted") {
            val text = page(listOf(resultsOf(floor, library, targets = listOf(atLeast(0.95)))))

            text shouldContain
                "0 of 1 targets are met; [all targets and figures](performance-jose.md#jdk-17). These are not:"
            text shouldContain "| 0.90× of the throughput of the floor | at least 0.95× | **no** |"
        }

        test("a target that is met is on the page of figures only") {
            val results = resultsOf(floor, library, targets = listOf(atLeast(0.8)))
            val row = "| 0.90× of the throughput of the floor | at least 0.80× | yes |"

            page(listOf(results)) shouldContain
                "1 of 1 targets are met: [all targets and figures](performance-jose.md#jdk-17)."
            page(listOf(results)) shouldNotContain row
            figuresPage(listOf(results)) shouldContain row
        }

        test("the figures are on the page of their suite, and the page links them") {
            val results = resultsOf(floor, library)

            figuresPage(listOf(results)) shouldContain "## JDK 17\n"
            figuresPage(listOf(results)) shouldContain "| JDK | **openid-client** |"
            page(listOf(results)) shouldContain "[All figures](performance-jose.md#jdk-17)."
            page(listOf(results)) shouldNotContain "**openid-client**"
        }

        test("prose has lines of 120 columns at most") {
            val prose = page(listOf(resultsOf(floor, library))).lines().filterNot { it.startsWith("![") }

            prose.filter { it.length > PROSE }.shouldBeEmpty()
        }

        test("a peer that uses less CPU is named with both figures") {
            peersAhead(listOf(floor, library, faster)) shouldContain
                "$ROW (provider JDK): Nimbus uses 40.0 µs of CPU, openid-client 90.0 µs."
        }

        test("a peer that uses more is not named, and neither is the floor") {
            val slower = measured("Nimbus", 400.0, row = ROW, parameters = JDK)

            peersAhead(listOf(floor, library, slower)) shouldContain "None, in this run."
        }

        test("a peer of other parameters is not compared") {
            val onOther = measured("Nimbus", 40.0, row = ROW, parameters = mapOf("provider" to "ACCP"))

            peersAhead(listOf(library, onOther)) shouldContain "None, in this run."
        }

        test("a peer without parameters is compared with each of the library's, and those ahead of it are not named") {
            val node = measured("jose on Node", 40.0, row = ROW)
            val slower = measured("openid-client", 80.0, row = ROW, parameters = mapOf("provider" to "ACCP"))
            val ahead = measured("openid-client", 30.0, row = ROW, parameters = mapOf("provider" to "Conscrypt"))

            peersAhead(listOf(library, slower, ahead, node)) shouldContain
                "- $ROW: jose on Node uses 40.0 µs of CPU, openid-client 90.0 µs (provider JDK), 80.0 µs (provider\n  ACCP).\n"
        }

        test("the namesake on Node is a peer, not the library") {
            measured("openid-client on Node", 1.0).isLibrary shouldBe false
            measured("openid-client for the JVM", 1.0).isLibrary shouldBe true
        }

        test("a column that nobody has figures in is left out") {
            val text = figuresPage(listOf(resultsOf(measured("openid-client", 90.0, row = ROW))))

            text shouldContain "| Subject | ops/s | CPU µs | Bytes |"
            text shouldNotContain "to floor |"
        }

        test("what only one suite counts has a column of its own") {
            val results = resultsOf(measured("openid-client", 9.0, row = ROW, extra = mapOf("downloads" to 1.0)))
            val text = figuresPage(listOf(results))

            text shouldContain "| downloads |"
        }

        test("the suites stand in the order of the page") {
            val folder = tempdir().toPath()
            for (suite in listOf("start", "jose", "loop")) resultsOf(library, suite = suite).write(folder)

            readResults(folder).map(Results::suite) shouldContainExactly listOf("jose", "loop", "start")
        }

        test("pages and charts are written, and those of runs that are gone are removed") {
            val folder = tempdir().toPath()
            val old = listOf("performance-old.svg", "performance-old.md").map(folder::resolve)
            old.forEach { it.writeText("old") }
            writePages(listOf(resultsOf(floor, library)), folder)

            old.filter { it.exists() }.shouldBeEmpty()
            Files.list(folder).use { files -> files.map { it.name }.sorted().toList() } shouldContainExactly
                listOf("performance-jose-jdk17.svg", "performance-jose.md", "performance.md")
            folder.resolve("performance.md").readText() shouldContain "(performance-jose-jdk17.svg)"
        }

        test("each suite that the command line names has its text on the page") {
            Suite.entries.map { it.id } shouldContainExactly listOf("jose", "loop", "scale", "tokens", "start")
        }
    })

private const val PROSE = 120
private const val ROW = "ID Token validation, ES256"
private val JDK = mapOf("provider" to "JDK")

private fun atLeast(bound: Double) =
    Target(
        ROW,
        "openid-client",
        Metric.OPERATIONS_PER_SECOND,
        Target.Relation.RATIO,
        Target.Rule.AT_LEAST,
        bound,
    )
