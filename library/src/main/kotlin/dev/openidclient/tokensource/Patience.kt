package dev.openidclient.tokensource

import dev.openidclient.client.SourceTime
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import kotlinx.coroutines.delay
import java.time.Duration

/** How long a flight waits for another instance: in all no longer than the client's timeout twice. */
internal class Patience(
    private val engine: SourceEngine,
    timeout: Duration,
) {
    private val end = engine.time.monotonicMillis + 2 * SourceTime.millis(timeout)
    private var seenVersion: Long? = null
    private var seenAt = 0L
    private val shown = timeout
    private var pause = FIRST_MILLIS

    /** Whether the entry was of [version] for [duration] already, as this flight has seen. */
    fun hasSeen(
        version: Long,
        duration: Duration,
    ): Boolean {
        val now = engine.time.monotonicMillis
        if (version != seenVersion) seenAt = now
        seenVersion = version
        return now - seenAt >= SourceTime.millis(duration)
    }

    suspend fun pause(
        what: String,
        atMost: Duration? = null,
    ) {
        if (engine.time.monotonicMillis >= end) {
            throw TransportException(
                ErrorCode.TIMEOUT,
                "${engine.shown}: waited for $what for twice $shown (timeout in the client's settings)",
            )
        }
        delay(minOf(engine.time.around(pause), atMost?.toMillis()?.coerceAtLeast(1) ?: Long.MAX_VALUE))
        pause = minOf(2 * pause, LONGEST_MILLIS)
    }

    private companion object {
        const val FIRST_MILLIS = 25L
        const val LONGEST_MILLIS = 500L
    }
}
