package dev.openidclient.agent

import dev.openidclient.client.OwnCoroutines
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.SealedStore
import dev.openidclient.tokenstore.SharedStore
import kotlinx.coroutines.delay
import java.time.Duration

/** Where a [KnownResource] outlives the process, beside its tokens: the one of [url] for [subject]. */
internal class KnownResources(
    url: String,
    subject: String,
    private val shared: SharedStore,
    storeTimeout: Duration,
    namespace: String,
    private val coroutines: OwnCoroutines,
) {
    private val id = digestOf(namespace, "resource", url, subject)
    private val sealing =
        SealedStore(shared.cipher, storeTimeout.takeIf { shared.cipher != null }, { "the tokens of a resource" })

    /** What the store could not take yet. */
    @Volatile
    private var unwritten: KnownResource? = null

    suspend fun load(): KnownResource? {
        unwritten?.let { return it }
        val stored = sealing.guarded("read") { shared.store.load(id) } ?: return null
        return try {
            KnownResource.decode(sealing.opened(id, stored.value))
        } catch (e: IllegalArgumentException) {
            throw sealing.unreadable("an entry cannot be read: ${e.message}", e)
        }
    }

    /** Writes [known], now, or where the store fails as soon as it is back. */
    suspend fun keep(known: KnownResource) {
        unwritten = known
        if (tryWrite(known)) return
        coroutines.run(afterwards = {}) { writeLater(known) }
    }

    private suspend fun writeLater(known: KnownResource) {
        var pause = FIRST_PAUSE_MILLIS
        var attempts = 0
        do {
            delay(pause)
            pause = minOf(2 * pause, LONGEST_PAUSE_MILLIS)
        } while (unwritten === known && ++attempts < MOST_ATTEMPTS && !tryWrite(known))
    }

    private suspend fun tryWrite(known: KnownResource): Boolean {
        try {
            val sealed = sealing.sealed(id, known.encode())
            sealing.guarded("written") { shared.store.put(id, sealed, LIFETIME) }
        } catch (e: TokenSourceException) {
            if (e.code == ErrorCode.TOKEN_STORE_FAILED) return false
            throw e
        }
        if (unwritten === known) unwritten = null
        return true
    }

    suspend fun remove() {
        unwritten = null
        sealing.guarded("removed") { shared.store.remove(id) }
    }

    private companion object {
        /** As long as browsers keep a cookie at the most. */
        val LIFETIME: Duration = Duration.ofDays(400)
        const val FIRST_PAUSE_MILLIS = 1_000L
        const val LONGEST_PAUSE_MILLIS = 60_000L
        const val MOST_ATTEMPTS = 100
    }
}
