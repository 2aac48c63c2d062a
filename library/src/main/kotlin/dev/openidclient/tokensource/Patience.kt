package dev.openidclient.tokensource

import dev.openidclient.client.SourceTime
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import kotlinx.coroutines.delay
import java.time.Duration

/** How long a flight waits for another instance: in all no longer than the client's [timeout], [times] over. */
internal class Patience(
    private val engine: SourceEngine,
    private val timeout: Duration,
    times: Int = 2,
) {
    private val end = engine.time.monotonicMillis + times * SourceTime.millis(timeout)
    private var seenVersion: Long? = null
    private var seenAt = 0L
    private var pause = FIRST_MILLIS

    val isOver: Boolean get() = engine.time.monotonicMillis >= end

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
        if (isOver) {
            throw TransportException(
                ErrorCode.TIMEOUT,
                "${engine.shown}: waited for $what for twice $timeout (timeout in the client's settings)",
            )
        }
        val left = end - engine.time.monotonicMillis
        delay(minOf(engine.time.around(pause), left, atMost?.toMillis()?.coerceAtLeast(1) ?: Long.MAX_VALUE))
        pause = minOf(2 * pause, LONGEST_MILLIS)
    }

    private companion object {
        const val FIRST_MILLIS = 25L
        const val LONGEST_MILLIS = 500L
    }
}
