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

    /** Of the entry as it was seen last; null: that is not known. */
    @Volatile
    private var version: Long? = null

    suspend fun load(): KnownResource? {
        unwritten?.let { return it }
        val stored = sealing.guarded("read") { shared.store.load(id) }
        version = stored?.version ?: NO_VERSION
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

    /** False where the store fails. */
    private suspend fun tryWrite(
        known: KnownResource,
        isLate: Boolean,
    ): Boolean {
        try {
            write(sealing.sealed(id, known.encode()), isLate)
        } catch (e: TokenSourceException) {
            if (e.code == ErrorCode.TOKEN_STORE_FAILED) return false
            throw e
        }
        if (unwritten === known) unwritten = null
        return true
    }

    /** In place of what is there; where it [is late][isLate], only if that is what was there before. */
    private suspend fun write(
        sealed: String,
        isLate: Boolean,
    ) {
        var attempts = 0
        do {
            val seen = version.takeIf { isLate } ?: sealing.guarded("read") { shared.store.load(id) }?.version
            val before = seen ?: NO_VERSION
            version = before
            val isWritten = sealing.guarded("written") { shared.store.commit(id, before, sealed, LIFETIME) }
            // the first version of an entry may be any
            version = if (isWritten && before != NO_VERSION) before + 1 else null
        } while (!isWritten && !isLate && ++attempts < MOST_WRITES)
    }

    suspend fun remove() {
        unwritten = null
        version = null
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
