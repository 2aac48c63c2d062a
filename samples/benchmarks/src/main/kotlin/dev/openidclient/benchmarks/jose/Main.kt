package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Node
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.measure.warmUpTogether
import dev.openidclient.benchmarks.report.publish

internal const val SUITE = "jose"

private const val REPLAY_CACHE = "REPLAY_CACHE"

/** What runs in process: tokens, DPoP proofs, assertions; with the JDK's cryptography and with that of others. */
fun main() {
    val named = Settings.rows.split(',').filter(String::isNotEmpty)
    val unknown = named - JoseRow.entries.map { it.name }.toSet() - REPLAY_CACHE
    require(unknown.isEmpty()) { "no row is named $unknown: there are ${JoseRow.entries} and $REPLAY_CACHE" }
    val measurements =
        JoseRow.entries.filter { named.isEmpty() || it.name in named }.flatMap { row ->
            System.err.println("measuring: ${row.title}")
            interleaved(SUITE, Settings.rounds, subjects(row), ::warmUpTogether)
        }
    val remembered =
        if (named.isEmpty() || REPLAY_CACHE in named) {
            interleaved(SUITE, Settings.rounds, ReplayCacheRow.subjects())
        } else {
            emptyList()
        }
    val all = measurements + remembered
    publish(Results(SUITE, Machine.here(), all, targets() + ReplayCacheRow.targets, notes() + unavailable()))
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
        "Spring Security's NimbusJwtDecoder checks times, type and issuer of an ID Token, but neither audience nor " +
            "nonce; access tokens it validates with JwtValidators.createAtJwtValidator.",
        "Access tokens are validated through ResourceServer.authorize, a proof that comes with one too, which is " +
            "remembered then. The floor verifies the same signatures. oauth4webapi is asked through " +
            "validateJwtAccessToken, and remembers no proof.",
        "Each proof that is remembered has a key of its own, a SHA-256 hash; what it holds is the heap that is left " +
            "after full collections, less what was left before, the key itself counted.",
        if (Node.isAvailable) {
            "Node ${Node.version} with jose ${Node.versionOf("jose")} and oauth4webapi " +
                "${Node.versionOf("oauth4webapi")}; its signatures are OpenSSL's."
        } else {
            "Without Node: jose and oauth4webapi were not measured."
        },
    )

private fun unavailable(): List<String> =
    CryptoProviders.entries
        .filterNot { it.isAvailable }
        .map { "${it.title} does not run on this machine, and was left out." }
