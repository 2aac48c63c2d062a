package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.Machine
import dev.openidclient.benchmarks.measure.Results
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.interleaved
import dev.openidclient.benchmarks.report.publish

internal const val SUITE: String = "tokens"

private const val SESSIONS = 100_000

/** The program: what a token source costs a caller who finds a fresh token, and what a session costs the memory. */
fun main() {
    val measurements =
        interleaved(SUITE, Settings.rounds, FreshToken.subjects()) +
            interleaved(SUITE, Settings.rounds, FreshAuthorization.subjects()) +
            interleaved(SUITE, Settings.rounds, UserSessions.subjects(SESSIONS))
    val targets = FreshToken.targets + FreshAuthorization.targets + UserSessions.targets
    publish(Results(SUITE, Machine.here(), measurements, targets, notes()))
}

private fun notes(): List<String> =
    listOf(
        "A fresh token is asked for in a loop of JMH, in one thread; the floor is a reference that is read. That " +
            "call suspends nothing, and allocates nothing. A request is authorized in the same way.",
        "What a session holds is the heap that is left after full collections, less what was left before, for each; " +
            "the floor keeps the three tokens of a session as they are, and nothing else. Each has an access token " +
            "of 900 characters, a refresh token of 100 and an ID Token.",
    )
