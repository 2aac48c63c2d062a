package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Node
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.measure.warmUpTogether
import dev.openidclient.benchmarks.report.publish

internal const val SUITE = "jose"

/** What runs in process: ID Tokens, DPoP proofs, assertions; with the JDK's cryptography and with that of others. */
fun main() {
    val measurements =
        JoseRow.entries.flatMap { row ->
            System.err.println("measuring: ${row.title}")
            interleaved(SUITE, Settings.rounds, subjects(row), ::warmUpTogether)
        }
    publish(Results(SUITE, Machine.here(), measurements, targets(), notes() + unavailable()))
}

private fun notes(): List<String> =
    listOf(
        "Each subject runs in a process of its own, in one thread, in the loop of JMH; the rounds of a row are " +
            "interleaved, and last ${Settings.round} each, after four to warm up.",
        "The floor is java.security.Signature, made and initialised for each operation, with the same bytes and keys " +
            "of the same provider.",
        "openid-client validates through verifyIdToken of a client that knows the server's keys. The DPoP proof is " +
            "measured as the whole call of a protected resource, proof included, with a transport that answers at " +
            "once; the assertion as PrivateKeyJwt.authenticate alone.",
        "Spring Security's NimbusJwtDecoder checks times, type and issuer, but neither audience nor nonce.",
        if (Node.isAvailable) {
            "Node ${Node.version} with jose ${Node.versionOf("jose")}; its signatures are OpenSSL's."
        } else {
            "Without Node: jose was not measured."
        },
    )

private fun unavailable(): List<String> =
    CryptoProviders.entries
        .filterNot { it.isAvailable }
        .map { "${it.title} does not run on this machine, and was left out." }
