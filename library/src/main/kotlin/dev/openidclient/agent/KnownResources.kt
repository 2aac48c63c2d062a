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

    /** The entry as it was seen last, sealed; null: there was none. */
    @Volatile
    private var seen: String? = null

    suspend fun load(): KnownResource? {
        unwritten?.let { return it }
        val stored = sealing.guarded("read") { shared.store.load(id) }
        seen = stored?.value
        if (stored == null) return null
        return try {
            KnownResource.decode(sealing.opened(id, stored.value))
        } catch (e: IllegalArgumentException) {
            throw sealing.unreadable("an entry cannot be read: ${e.message}", e)
        }
    }

    /** Writes [known], now, or where the store fails as soon as it is back, unless another one was written meanwhile. */
    suspend fun keep(known: KnownResource) {
        unwritten = known
        if (tryWrite(known, isLate = false)) return
        coroutines.run(afterwards = {}) { writeLater(known) }
    }

    private suspend fun writeLater(known: KnownResource) {
        var pause = FIRST_PAUSE_MILLIS
        var attempts = 0
        do {
            delay(pause)
            pause = minOf(2 * pause, LONGEST_PAUSE_MILLIS)
        } while (unwritten === known && ++attempts < MOST_ATTEMPTS && !tryWrite(known, isLate = true))
    }

    /** False where it is not written yet. */
    private suspend fun tryWrite(
        known: KnownResource,
        isLate: Boolean,
    ): Boolean {
        val isDone =
            try {
                write(known, isLate)
            } catch (e: TokenSourceException) {
                if (e.code == ErrorCode.TOKEN_STORE_FAILED) return false
                throw e
            }
        if (isDone && unwritten === known) unwritten = null
        return isDone
    }

    /**
     * In place of what is there; where it [is late][isLate], only if that is what was there before, or nothing. False
     * where the entry changes again and again.
     */
    private suspend fun write(
        known: KnownResource,
        isLate: Boolean,
    ): Boolean {
        val sealed = sealing.sealed(id, known.encode())
        repeat(MOST_WRITES) {
            val stored = sealing.guarded("read") { shared.store.load(id) }
            val isOthers = isLate && stored != null && stored.value != seen
            // removed meanwhile, or of a later sign-in here
            if (isOthers || unwritten !== known) return true
            val version = stored?.version ?: NO_VERSION
            if (sealing.guarded("written") { shared.store.commit(id, version, sealed, LIFETIME) }) {
                seen = sealed
                return true
            }
        }
        return false
    }

    suspend fun remove() {
        unwritten = null
        seen = null
        sealing.guarded("removed") { shared.store.remove(id) }
    }

    private companion object {
        /** As long as browsers keep a cookie at the most. */
        val LIFETIME: Duration = Duration.ofDays(400)
        const val FIRST_PAUSE_MILLIS = 1_000L
        const val LONGEST_PAUSE_MILLIS = 60_000L
        const val MOST_ATTEMPTS = 100

        /** Each but the first follows a sign-in of another instance at the same moment. */
        const val MOST_WRITES = 10

        /** That of no entry. */
        const val NO_VERSION = 0L
    }
}
