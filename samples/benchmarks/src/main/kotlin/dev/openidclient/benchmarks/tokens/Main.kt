package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.report.publish
import org.springframework.security.core.SpringSecurityCoreVersion

internal const val SUITE: String = "tokens"

private const val SESSIONS = 100_000

/** The program: what a token costs a caller, from memory and from a database, and what a session costs the memory. */
fun main() {
    val measurements =
        interleaved(SUITE, Settings.rounds, FreshToken.subjects()) +
            interleaved(SUITE, Settings.rounds, FreshAuthorization.subjects()) +
            SessionInDatabase.subjects().groupBy { it.row }.values.flatMap { interleaved(SUITE, Settings.rounds, it) } +
            interleaved(SUITE, Settings.rounds, UserSessions.subjects(SESSIONS))
    val targets = FreshToken.targets + FreshAuthorization.targets + UserSessions.targets
    publish(Results(SUITE, Machine.here(), measurements, targets, notes()))
}

private fun notes(): List<String> =
    listOf(
        "A fresh token is asked for in a loop of JMH, in one thread; the floor is a reference that is read. That " +
            "call suspends nothing, and allocates nothing. A request is authorized in the same way.",
        "A session in a database is one row of H2 in this JVM, asked in one thread over a pool of connections; the " +
            "server answers at once. The library asks each time (nearCopy of zero), opens and seals the row, and " +
            "takes a lease for a refresh; Spring Security ${SpringSecurityCoreVersion.getVersion()} does neither. " +
            "The floor is the bare SELECT, and for a refresh the UPDATE after it.",
        "What a session holds is the heap that is left after full collections, less what was left before, for each; " +
            "the floor keeps the three tokens of a session as they are, and nothing else. Each has an access token " +
            "of 900 characters, a refresh token of 100 and an ID Token.",
    )
