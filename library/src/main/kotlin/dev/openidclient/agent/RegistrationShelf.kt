package dev.openidclient.agent

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.printable
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SealedStore
import dev.openidclient.tokenstore.SharedStore
import org.slf4j.LoggerFactory
import java.time.Duration

/** An entry with its version. */
internal class VersionedRegistration(
    val version: Long,
    val entry: RegistrationEntry,
)

/** The token store of registrations; whatever it throws is a [TokenSourceException]. */
internal class RegistrationShelf(
    settings: ClientIdentitiesSettings,
) {
    private val shared = settings.shared ?: SharedStore(InMemoryTokenStore(), cipher = null)
    private val store = shared.store
    private val namespace = settings.namespace
    private val sealing =
        SealedStore(shared.cipher, settings.storeTimeout.takeIf { shared.cipher != null }, { "client identities" })

    suspend fun load(issuer: String): VersionedRegistration? {
        val id = idOf(issuer)
        val stored = sealing.guarded("read") { store.load(id) } ?: return null
        val entry =
            try {
                RegistrationEntry.decode(sealing.opened(id, stored.value))
            } catch (e: IllegalArgumentException) {
                throw sealing.unreadable("a registration cannot be read: ${e.message}", e)
            }
        if (entry.issuer != issuer) throw sealing.unreadable("a registration is of another server")
        return VersionedRegistration(stored.version, entry)
    }

    suspend fun commit(
        entry: RegistrationEntry,
        version: Long,
        lifetime: Duration,
    ): Boolean {
        val id = idOf(entry.issuer)
        val sealed = sealing.sealed(id, encoded(entry))
        return sealing.guarded("written") { store.commit(id, version, sealed, lifetime) }
    }

    suspend fun put(
        entry: RegistrationEntry,
        lifetime: Duration,
    ) {
        val id = idOf(entry.issuer)
        val sealed = sealing.sealed(id, encoded(entry))
        sealing.guarded("written") { store.put(id, sealed, lifetime) }
    }

    /** Removes the entry if it still has [version]. */
    suspend fun remove(
        issuer: String,
        version: Long,
    ) {
        val id = idOf(issuer)
        val sealed = sealing.sealed(id, "")
        sealing.guarded("removed") { store.commit(id, version, sealed, Duration.ZERO) }
    }

    /** Removes a claim; where that fails it ends by itself. */
    suspend fun unclaim(
        issuer: String,
        version: Long,
    ) = try {
        remove(issuer, version)
    } catch (e: TokenSourceException) {
        LOGGER.warn(
            "The claim to register at {} could not be removed, and ends by itself: {}",
            printable(issuer),
            e.message,
        )
    }

    /** What a server answers is no mistake of whoever needs a client. */
    private fun encoded(entry: RegistrationEntry): String {
        val encoded = entry.encode()
        if (encoded.length <= MOST_CHARACTERS) return encoded
        throw TokenSourceException(
            ErrorCode.TOKEN_STORE_FAILED,
            "client identities: a registration needs ${encoded.length} characters, but an entry may have " +
                "$MOST_CHARACTERS",
        )
    }

    private fun idOf(issuer: String): String = idOf(namespace, issuer)

    companion object {
        private val LOGGER = LoggerFactory.getLogger(ClientIdentities::class.java)

        /** 64 KiB */
        private const val MOST_CHARACTERS = 64 * 1024

        /** The id in the store: no issuer is to be seen there. */
        fun idOf(
            namespace: String,
            issuer: String,
        ): String = digestOf(namespace, "registration", issuer)
    }
}
