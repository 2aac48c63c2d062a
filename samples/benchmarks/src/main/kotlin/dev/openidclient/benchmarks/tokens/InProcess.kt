package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.jose.round
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Subject

/** Repeats [operation], which needs neither a network nor another process. */
internal class InProcess(
    override val row: String,
    override val name: String,
    override val isFloor: Boolean,
    private val operation: () -> Any?,
    private val end: () -> Unit = {},
) : Subject {
    override fun warmUp() {
        repeat(WARM_UPS) { round() }
    }

    override fun round(): Round = round(operation, Settings.round)

    override fun close() = end()

    private companion object {
        const val WARM_UPS = 3
    }
}
