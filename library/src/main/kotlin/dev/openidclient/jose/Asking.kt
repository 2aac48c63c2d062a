package dev.openidclient.jose

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * Runs [ask], which is the caller's own code: [what] it belongs to may have a timeout, or be closed meanwhile. Its
 * cancellation is a failure, for as a cancellation it would end in silence a coroutine that nobody cancelled.
 */
@Suppress("SuspendFunSwallowedCancellation") // the caller's own goes on
internal suspend inline fun <T> asking(
    what: String,
    ask: () -> T,
): T =
    try {
        ask()
    } catch (e: CancellationException) {
        currentCoroutineContext().ensureActive()
        throw IllegalStateException(
            "$what was cancelled (${e.javaClass.name}), and its caller was not: " +
                "a timeout of its own was up, or it is closed",
            e,
        )
    }
