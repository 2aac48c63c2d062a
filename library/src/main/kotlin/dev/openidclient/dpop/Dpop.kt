package dev.openidclient.dpop

import dev.openidclient.error.MASK
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.jose.algorithmFor
import dev.openidclient.jose.randomValue
import dev.openidclient.jose.signCompact
import kotlinx.serialization.json.JsonPrimitive
import java.util.Locale

/**
 * Proves the possession of [key] in each request, so that a stolen token is of no use
 * ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)).
 *
 * Holds the nonces that the servers hand out, so use one `Dpop` for all requests with its key: it is safe for many
 * coroutines at once.
 *
 * The page `docs/calling-apis.md` shows where to keep its key.
 */
public class Dpop
    @JvmOverloads
    constructor(
        public val key: SigningKey,
        private val modifyAssertion: ModifyAssertion? = null,
    ) {
        private val nonces = NonceStore()

        /** The thumbprint of the key, as `dpop_jkt` and `cnf.jkt` have it (RFC 9449 §6.1, §10). */
        public fun thumbprint(): String = key.thumbprint()

        /**
         * A proof for one request (RFC 9449 §4.2); [time] is in seconds since the epoch, [serverAlgorithms] what the
         * server takes.
         */
        internal suspend fun proof(
            method: String,
            url: AbsoluteUrl,
            accessToken: String?,
            time: Long,
            serverAlgorithms: List<String>?,
        ): String {
            val header =
                mapOf(
                    "alg" to JsonPrimitive(key.algorithmFor(serverAlgorithms)),
                    "typ" to JsonPrimitive("dpop+jwt"),
                    "jwk" to key.publicJwk.publicMembers(),
                )
            val payload =
                listOf(
                    "iat" to JsonPrimitive(time),
                    "jti" to JsonPrimitive(randomValue()),
                    "htm" to JsonPrimitive(method.uppercase(Locale.ROOT)),
                    "nonce" to nonces[url.origin]?.let(::JsonPrimitive),
                    "htu" to JsonPrimitive(url.withoutQueryAndFragment),
                    "ath" to accessToken?.let { JsonPrimitive(hash(it)) },
                ).mapNotNull { (name, value) -> value?.let { name to it } }.toMap()
            return key.signCompact(header, payload, modifyAssertion)
        }

        /**
         * Keeps the nonce in the [headers] of an answer, whatever its status, for the next proof to the same origin (RFC
         * 9449 §8.2).
         */
        internal fun learnNonce(
            url: AbsoluteUrl,
            headers: HttpHeaders,
        ) {
            headers
                .all("dpop-nonce")
                .lastOrNull()
                ?.takeUnless(String::isEmpty)
                ?.let { nonces[url.origin] = it }
        }

        private fun hash(accessToken: String): String =
            Base64Url.encode(Jca.digest("SHA-256").digest(accessToken.encodeToByteArray()))

        override fun toString(): String = "Dpop($key, nonces=$MASK)"
    }

/** The last nonce of each origin; the least recently used of more than [CAPACITY] origins is forgotten. */
internal class NonceStore {
    private val byOrigin =
        object : LinkedHashMap<String, String>(CAPACITY, LOAD_FACTOR, true) {
            override fun removeEldestEntry(eldest: MutableMap.MutableEntry<String, String>?): Boolean = size > CAPACITY
        }

    operator fun get(origin: String): String? = synchronized(byOrigin) { byOrigin[origin] }

    operator fun set(
        origin: String,
        nonce: String,
    ) {
        synchronized(byOrigin) { byOrigin[origin] = nonce }
    }

    private companion object {
        const val CAPACITY = 100
        const val LOAD_FACTOR = 0.75f
    }
}
