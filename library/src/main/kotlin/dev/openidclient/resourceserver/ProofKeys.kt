package dev.openidclient.resourceserver

import dev.openidclient.jose.Jwk
import kotlinx.serialization.json.JsonObject

/** The key of a proof, read, with what it is called by tokens that are bound to it. */
internal class ProofKey(
    val jwk: Jwk,
) {
    val thumbprint: String = jwk.thumbprint()
}

/**
 * The keys whose proofs were taken lately, [maximum] at the most: a client has one key for all its requests, which takes
 * longer to read than a signature to verify.
 */
internal class ProofKeys(
    private val maximum: Int = MOST,
) {
    private val keys =
        object : LinkedHashMap<JsonObject, ProofKey>(INITIAL, LOAD, true) {
            override fun removeEldestEntry(eldest: Map.Entry<JsonObject, ProofKey>): Boolean = size > maximum
        }

    /** The one of [jwk]; null where it has not been here lately. */
    fun find(jwk: JsonObject): ProofKey? = synchronized(keys) { keys[jwk] }

    /** Remembers [key], with which a proof has been verified. */
    fun add(key: ProofKey) {
        synchronized(keys) { keys.putIfAbsent(key.jwk.json, key) }
    }

    private companion object {
        const val MOST = 1_000
        const val INITIAL = 16
        const val LOAD = 0.75f
    }
}
