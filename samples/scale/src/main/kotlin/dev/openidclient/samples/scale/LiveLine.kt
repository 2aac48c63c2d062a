package dev.openidclient.samples.scale

import dev.openidclient.testserver.TestAuthorizationServer
import java.io.PrintStream
import java.time.Duration

private const val MILLIS = 1_000L

/** What is printed each second. */
class LiveLine(
    private val out: PrintStream,
    private val server: TestAuthorizationServer,
    private val instances: List<InstanceProcess>,
    /** How many sessions there were at first. */
    private val signedIn: Int,
) {
    private var start = 0L
    private var printedAt = Duration.ZERO
    private var callsBefore = 0L

    var isCut: Boolean = false

    /** Since [begin]. */
    val now: Duration get() = Duration.ofNanos(System.nanoTime() - start)

    /** How many refreshes brought new tokens: each brings a refresh token, as each sign-in does. */
    val grants: Int get() = server.issuedRefreshTokens - signedIn

    fun begin() {
        start = System.nanoTime()
        callsBefore = instances.sumOf { it.counts.values.sum() }
    }

    /** Waits, and prints each second. */
    fun until(time: Duration) {
        while (now < time) {
            val next = minOf(time, printedAt.plusSeconds(1))
            Thread.sleep((next - now).toMillis().coerceAtLeast(1))
            if (now >= printedAt.plusSeconds(1)) print()
        }
    }

    fun say(what: String) = out.println("%4d s   %s".format(now.seconds, what))

    private fun print() {
        val time = now
        val counts = instances.flatMap { it.counts.entries }
        val calls = counts.sumOf { it.value }
        val rate = (calls - callsBefore) * MILLIS / (time - printedAt).toMillis()
        val failed = counts.filter { it.key != Instance.OK }.sumOf { it.value }
        val parts =
            listOf(
                "%6s calls a second".format(Outcome.shown(rate)),
                "%6s grants".format(Outcome.shown(grants.toLong())),
                "${server.reusedRefreshTokens} reuses",
                "${Outcome.shown(failed)} failed calls",
                "${instances.count { it.isRunning }} instances",
                if (isCut) "store CUT" else "store up",
            )
        say(parts.joinToString("   "))
        printedAt = time
        callsBefore = calls
    }
}
