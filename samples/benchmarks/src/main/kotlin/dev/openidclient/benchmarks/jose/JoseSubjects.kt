package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.Node
import dev.openidclient.benchmarks.measure.ProcessSubject
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.jvm
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlin.time.DurationUnit

internal const val JOSE_ON_NODE = "jose on Node"
internal const val OAUTH4WEBAPI_ON_NODE = "oauth4webapi on Node"

/** All that are measured side by side in [row], all with the same key and what it signed. */
internal fun subjects(row: JoseRow): List<Subject> {
    val case = runBlocking { Case.of(row.algorithm) }
    val own = listOf(row.floor, row.library)
    val ofProviders =
        listOf(CryptoProviders.ACCP, CryptoProviders.CONSCRYPT)
            .filter { it.isAvailable && it.rawSignature(case) != null }
            .flatMap { provider -> own.map { inJvm(row, it, case, provider) } }
    return (own + row.peers).map { inJvm(row, it, case, CryptoProviders.JDK) } + onNode(row, case) + ofProviders
}

private fun inJvm(
    row: JoseRow,
    subject: JoseSubject,
    case: Case,
    provider: CryptoProviders,
): Subject =
    ProcessSubject(
        row.title,
        subject.title,
        subject.isFloor,
        provider.parameters,
        jvm(
            Worker::class.java.name,
            "-Xmx512m",
            "-Djmh.ignoreLock=true",
            "-Dbenchmark.seconds=${Settings.round.toDouble(DurationUnit.SECONDS)}",
        ),
        setup(subject, case, provider),
    )

internal fun setup(
    subject: JoseSubject,
    case: Case,
    provider: CryptoProviders,
): JsonObject =
    buildJsonObject {
        put("subject", subject.name)
        put("provider", provider.name)
        put("seconds", Settings.round.toDouble(DurationUnit.SECONDS))
        put("case", case.toJson())
    }

private fun onNode(
    row: JoseRow,
    case: Case,
): List<Subject> {
    if (!Node.isAvailable) return emptyList()
    val setup = setup(row.library, case, CryptoProviders.JDK)
    return listOf(
        ProcessSubject(row.title, row.peerOnNode, false, emptyMap(), Node.command("jose.js"), setup, Node.folder),
    )
}
