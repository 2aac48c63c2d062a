package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Measurement
import dev.openidclient.benchmarks.measure.Node
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.report.publish
import org.springframework.security.core.SpringSecurityCoreVersion
import java.nio.file.Path

internal const val SUITE: String = "loop"

private val CONCURRENCY = listOf(1, 16, 64)
private val SCHEMES = listOf("http", "https")

/**
 * The program: token requests in a closed loop against a stub server in a process of its own. A run of some rows only
 * leaves its figures in `target`: those of a page are of one run.
 */
fun main() {
    val machine = Machine.here()
    val selection = Selection(Settings.rows)
    Pinning.pinThis()
    // the JDK keeps five idle connections of HttpURLConnection: fewer than there are workers
    System.setProperty("http.maxConnections", "${Engines.MOST_WORKERS}")
    val measurements =
        StubProcess().use { stub ->
            Harness(stub).use { harness -> groups(harness, selection).flatMap(::measured).toList() }
        }
    val targets =
        ClientCredentialsRow.targets + CodeExchangeRow.targets + FacadeRow.targets + KtorPluginRow.targets +
            TimeoutRow.targets
    val results = Results(SUITE, machine, measurements, targets, notes())
    if (selection.isAll) publish(results) else publish(results, Path.of("target"))
}

/** Those that are measured in turn, group by group, each made when it is its turn. */
private fun groups(
    harness: Harness,
    selection: Selection,
): Sequence<() -> List<Subject>> =
    sequence {
        if (ClientCredentialsRow.ENGINES.any { it in selection }) {
            for (scheme in SCHEMES) {
                for (workers in CONCURRENCY) {
                    yield(ClientCredentialsRow(harness, scheme, workers, Node.isAvailable, selection)::subjects)
                }
            }
        }
        if (Selection.CODE_EXCHANGE in selection) {
            for (algorithm in SigningAlgorithm.entries) {
                yield(CodeExchangeRow(harness, algorithm, concurrency = 16)::subjects)
            }
        }
        if (Selection.FACADE in selection) for (workers in CONCURRENCY) yield(FacadeRow(harness, workers)::subjects)
        if (Selection.KTOR_PLUGIN in selection) yield(KtorPluginRow(harness, concurrency = 16)::subjects)
        if (Selection.TIMEOUT in selection) for (workers in CONCURRENCY) yield(TimeoutRow(harness, workers)::subjects)
    }

private fun measured(subjects: () -> List<Subject>): List<Measurement> {
    val made = subjects()
    System.err.println("measuring: ${made.first().row} ${made.first().parameters}")
    return interleaved(SUITE, Settings.rounds, made)
}

private fun notes(): List<String> =
    listOf(
        Pinning.note,
        "The timeout is 30 seconds for all. OkHttp may have ${Engines.MOST_WORKERS} connections to one host, and " +
            "HttpURLConnection keeps as many.",
        "Spring Security ${SpringSecurityCoreVersion.getVersion()} runs on the JDK's HTTP client.",
        if (Node.isAvailable) {
            "Node ${Node.version} with openid-client ${Node.versionOf("openid-client")}; its bytes are not counted."
        } else {
            "Without Node: openid-client on Node was not measured."
        },
    )
