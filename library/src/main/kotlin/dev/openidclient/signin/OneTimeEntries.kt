package dev.openidclient.signin

import dev.openidclient.error.TokenSourceException
import dev.openidclient.jose.randomValue
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.SealedStore
import dev.openidclient.tokenstore.SharedStore
import java.time.Duration

/** Texts in a store, each under a random handle and to be taken once, by whichever instance. */
internal class OneTimeEntries(
    private val shared: SharedStore,
    private val namespace: String,
    storeTimeout: Duration,
) {
    private val store = SealedStore(shared.cipher, storeTimeout.takeIf { shared.cipher != null }, { SHOWN })

    /** Keeps [text] for [lifetime], and returns its handle: 43 characters of base64url. */
    suspend fun put(
        text: String,
        lifetime: Duration,
    ): String {
        val handle = randomValue()
        val id = idOf(handle)
        val sealed = store.sealed(id, text)
        store.guarded("written") { shared.store.put(id, sealed, lifetime) }
        return handle
    }

    /** What [read] makes of the text of [handle]; null where there is none any more, or [handle] was made by nobody. */
    suspend fun <T> take(
        handle: String,
        read: (text: String) -> T,
    ): T? {
        if (!isHandle(handle)) return null
        val id = idOf(handle)
        val value = store.guarded("taken") { shared.store.take(id) } ?: return null
        return try {
            read(store.opened(id, value))
        } catch (e: IllegalArgumentException) {
            throw unreadable(e)
        }
    }

    private fun unreadable(cause: IllegalArgumentException): TokenSourceException =
        store.unreadable("an entry cannot be read: ${cause.message}", cause)

    /** The id in the store: no handle is to be seen there. */
    private fun idOf(handle: String): String = digestOf(namespace, "pending", handle)

    companion object {
        private const val SHOWN = "pending authorizations"
        private const val HANDLE_LENGTH = 43

        /** A cookie can bring anything; what was not made here is not asked for. */
        fun isHandle(text: String): Boolean =
            text.length == HANDLE_LENGTH &&
                text.all { it in 'a'..'z' || it in 'A'..'Z' || it in '0'..'9' || it == '-' || it == '_' }
    }
}
