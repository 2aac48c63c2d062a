package dev.openidclient.tokenstore

import dev.openidclient.client.orNullAfter
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import java.time.Duration

/** A store that others have too. */
internal class SharedStore(
    val store: TokenStore,
    /** Null: it is in the memory of this process, and nothing is sealed. */
    val cipher: TokenCipher?,
)

/**
 * Calls of a program's own [TokenStore] and [TokenCipher]: whatever one of them throws is a [TokenSourceException] that
 * has no word of it.
 */
internal class SealedStore(
    private val cipher: TokenCipher?,
    /** Of one call; null: the store in memory needs none. */
    private val timeout: Duration?,
    /** How messages call what is kept. */
    private val shown: () -> String,
    private val entry: String = "an entry of the token store",
    /** Told of each failure of the store. */
    private val onFailure: () -> Unit = {},
) {
    /** The library's own cipher asks nobody. */
    private val cipherTimeout: Duration? = timeout.takeIf { cipher !is StoreKeys }

    /** [plaintext] as the store may have it under [id]. */
    suspend fun sealed(
        id: String,
        plaintext: String,
    ): String = cipher?.let { guarded("sealed", timeout = cipherTimeout) { it.seal(id, plaintext) } } ?: plaintext

    /** Throws [IllegalArgumentException] where [value] was not sealed for [id] with a key of this instance. */
    suspend fun opened(
        id: String,
        value: String,
    ): String {
        val cipher = cipher ?: return value
        try {
            return guarded("opened", { it is IllegalArgumentException }, cipherTimeout) { cipher.open(id, value) }
        } catch (e: IllegalArgumentException) {
            // what another cipher says may have the value in it, and must reach nobody
            throw if (cipher is StoreKeys) e else IllegalArgumentException("its TokenCipher does not open it")
        }
    }

    /** Whatever [use] throws is a failure of the store, but for what [isOwn]. */
    @Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
    suspend fun <T> guarded(
        what: String,
        isOwn: (Exception) -> Boolean = { it is TokenSourceException },
        timeout: Duration? = this.timeout,
        use: suspend () -> T,
    ): T {
        val answer =
            try {
                if (timeout == null) Answer(use()) else orNullAfter(timeout) { Answer(use()) }
            } catch (e: CancellationException) {
                currentCoroutineContext().ensureActive()
                throw failed(what, e)
            } catch (
                // what a store of the program's own throws is written down nowhere
                @Suppress("TooGenericExceptionCaught") e: Exception,
            ) {
                throw if (isOwn(e)) e else failed(what, e)
            }
        if (answer == null) {
            currentCoroutineContext().ensureActive()
            throw failed(what, null)
        }
        return answer.value
    }

    private class Answer<T>(
        val value: T,
    )

    fun failed(
        what: String,
        /** Null: no answer in time. */
        cause: Exception?,
    ): TokenSourceException {
        onFailure()
        val isLate = cause == null || cause is TimeoutCancellationException
        val why = if (isLate) "no answer within storeTimeout" else cause.javaClass.name
        val message = "${shown()}: $entry could not be $what ($why)"
        return TokenSourceException(ErrorCode.TOKEN_STORE_FAILED, message)
    }

    fun unreadable(
        why: String,
        cause: Exception? = null,
    ) = TokenSourceException(ErrorCode.TOKEN_STORE_UNREADABLE, "${shown()}: $why", cause)
}
