package dev.openidclient.tokenstore

import dev.openidclient.error.MASK
import dev.openidclient.error.printable
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.TokenSealing

/**
 * Seals what a [TokenStore] keeps: whoever reads the store, its dumps or its replicas sees no token, and whoever writes
 * there makes no session of their own. [of] makes one of keys that the program has; a program whose keys live in a key
 * management service implements it, with [seal] and [open] as calls of that service, or over keys that it unwraps.
 *
 * Safe for any number of coroutines and threads at once. What a function throws reaches no caller of a token source: it
 * counts as an outage of the store, but for [IllegalArgumentException] of [open], which says that the entry is of
 * somebody else.
 */
public interface TokenCipher {
    /** Seals [plaintext] for the entry [id]: URL-safe text. */
    public suspend fun seal(
        id: String,
        plaintext: String,
    ): String

    /**
     * What [seal] was given for [id]. Throws [IllegalArgumentException] where [sealed] is of another entry, was changed,
     * or is sealed with a key that is not known here: never with a part of it in the message.
     */
    public suspend fun open(
        id: String,
        sealed: String,
    ): String

    public companion object {
        /**
         * AES-256-GCM with keys of the program's own. The first of [keys] seals, all of them open: to change the key put
         * a new one in front, on all instances behind the old one at first, and drop the old one when the longest
         * lifetime of an entry is over. An entry is sealed anew whenever it is written.
         *
         * What is sealed for one entry opens for no other. Throws [IllegalArgumentException] where there is no key, or two
         * have the same id.
         */
        @JvmStatic
        public fun of(keys: List<StoreKey>): TokenCipher = StoreKeys(keys)

        /** The same for a few keys. */
        @JvmStatic
        public fun of(vararg keys: StoreKey): TokenCipher = of(keys.asList())
    }
}

/**
 * A key of a [TokenCipher]: 32 random bytes, the same on all instances, kept as a secret; `openssl rand -base64 32` makes
 * them. Throws [IllegalArgumentException] where [bytes] are not 32, or [id] is not made of 1 to 64 letters, digits, `-`
 * and `_`.
 */
public class StoreKey(
    /** Stands before each value in the store, readable for everybody: to find the key again. */
    public val id: String,
    bytes: ByteArray,
) {
    internal val bytes: ByteArray = bytes.clone()

    init {
        require(id.length in ID_LENGTHS && id.all { it in ID_CHARACTERS }) {
            "the id of a store key has 1 to 64 letters, digits, - and _, but is \"${printable(id)}\""
        }
        require(bytes.size == TokenSealing.KEY_BYTES) {
            "a store key has ${TokenSealing.KEY_BYTES} bytes, but this one has ${bytes.size}: " +
                "openssl rand -base64 32 makes one, to be decoded from base64"
        }
        require(bytes.any { it != bytes[0] }) { "a store key must be random, but all bytes of this one are the same" }
    }

    override fun toString(): String = "StoreKey($id, $MASK)"

    private companion object {
        val ID_LENGTHS = 1..64
        val ID_CHARACTERS = (('a'..'z') + ('A'..'Z') + ('0'..'9') + listOf('-', '_')).toSet()
    }
}

/** `v1.<key id>.<base64url of nonce, ciphertext and tag>` */
internal class StoreKeys(
    keys: List<StoreKey>,
) : TokenCipher {
    private val keys: Map<String, StoreKey> = keys.associateBy(StoreKey::id)
    private val first: StoreKey

    init {
        require(keys.isNotEmpty()) { "a token cipher needs a key" }
        require(this.keys.size == keys.size) { "the ids of store keys must differ, but are ${keys.map(StoreKey::id)}" }
        first = keys.first()
    }

    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String {
        val prefix = "$VERSION.${first.id}."
        return prefix + Base64Url.encode(TokenSealing.seal(first.bytes, id, prefix + id, plaintext.encodeToByteArray()))
    }

    override suspend fun open(
        id: String,
        sealed: String,
    ): String {
        val parts = sealed.split('.')
        require(
            parts.size == PARTS && parts[0] == VERSION,
        ) { "the value is none that was sealed here, or of a later version" }
        val key =
            requireNotNull(keys[parts[1]]) {
                "the value is sealed with the key \"${printable(parts[1])}\", which is none of ${keys.keys}: " +
                    "give all instances the same keys, and keep a key until the last entry of it has expired"
            }
        val bytes = requireNotNull(Base64Url.decode(parts[2])) { DAMAGED }
        val opened = requireNotNull(TokenSealing.open(key.bytes, id, "$VERSION.${key.id}.$id", bytes)) { DAMAGED }
        return opened.decodeToString()
    }

    override fun toString(): String = "TokenCipher(keys ${keys.keys.joinToString()})"

    private companion object {
        const val VERSION = "v1"
        const val PARTS = 3
        const val DAMAGED =
            "the value was changed, or is of another entry, or its key is another one of the same id"
    }
}
