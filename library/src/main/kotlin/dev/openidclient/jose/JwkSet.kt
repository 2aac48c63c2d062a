package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

/** A JWK Set ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)). Immutable. */
public class JwkSet(
    json: JsonObject,
) : JsonMembers(json, "JwkSet") {
    /**
     * The entries of `keys` that are JSON objects; what else stands there is passed over. Throws
     * [InvalidResponseException] from the constructor where `keys` is no array.
     */
    public val keys: List<Jwk> =
        (json["keys"] as? JsonArray)?.mapNotNull { entry -> (entry as? JsonObject)?.let(::Jwk) } ?: throw malformed()

    /**
     * The keys that fit the `alg` and `kid` of [jwt], equal ones once. One whose private half is published too is
     * given as that, which no one can use.
     */
    internal fun candidates(jwt: Jwt): List<Jwk> {
        val algorithm = supportedAlgorithm(jwt)
        val fitting = keys.filter { obstacle(it, algorithm, jwt) == null }
        if (fitting.isEmpty()) refuseOtherCurve(algorithm, jwt)
        if (fitting.size < 2) return fitting
        return fitting.sortedByDescending { it.isPrivate }.distinctBy(Jwk::publicMembers)
    }

    /** The member for which [key] cannot be the one of [jwt]; null where it can be. */
    internal fun obstacle(
        key: Jwk,
        jwt: Jwt,
    ): String? = obstacle(key, supportedAlgorithm(jwt), jwt)

    private fun obstacle(
        key: Jwk,
        algorithm: JwsAlgorithm,
        jwt: Jwt,
    ): String? {
        val keyId = jwt.keyId
        return when {
            key.keyType != algorithm.keyType -> "kty"
            keyId != null && key.keyId != keyId -> "kid"
            key.has("alg") && !isFor(key, algorithm) -> "alg"
            key.has("use") && key.publicKeyUse != "sig" -> "use"
            key.has("key_ops") && "verify" !in key.keyOperations.orEmpty() -> "key_ops"
            algorithm.curve != null && key.curve != algorithm.curve -> "crv"
            !isOfIssuer(key, jwt) -> "issuer"
            else -> null
        }
    }

    private fun isFor(
        key: Jwk,
        algorithm: JwsAlgorithm,
    ): Boolean = key.algorithm?.let { JwsAlgorithm.same(it, algorithm.identifier) } == true

    /** A set for several tenants may say which one a key is of; it signs for no other. */
    private fun isOfIssuer(
        key: Jwk,
        jwt: Jwt,
    ): Boolean {
        val issuer = key.json["issuer"] ?: return true
        val expected = text(issuer)?.let { TenantIssuer.of(it, jwt.claims) } ?: return false
        return text(jwt.claims["iss"]) == expected
    }

    /** RFC 8037 §3.1: the `alg` EdDSA says nothing of the curve, the key does. */
    private fun refuseOtherCurve(
        algorithm: JwsAlgorithm,
        jwt: Jwt,
    ) {
        val isOther = { key: Jwk -> key.curve == ED448 && (jwt.keyId == null || key.keyId == jwt.keyId) }
        if (algorithm == JwsAlgorithm.EDDSA && keys.any(isOther)) {
            throw UnsupportedFeatureException(
                "the signature of the ${jwt.kind} cannot be verified: " +
                    "its key is on the curve $ED448, which is not supported",
            )
        }
    }

    override val shown: Set<String> get() = emptySet()

    override fun toString(): String = "JwkSet(${keys.joinToString()})"

    public companion object {
        /** More keys than these are not tried with one signature: each costs time. */
        internal const val MOST_CANDIDATES: Int = 8

        private const val ED448 = "Ed448"

        /**
         * The set of [keys], as the `jwks` of a client that is registered. Throws [IllegalArgumentException] where one
         * has private members.
         */
        @JvmStatic
        public fun of(vararg keys: Jwk): JwkSet = of(keys.asList())

        /** The same of a list. */
        @JvmStatic
        public fun of(keys: Iterable<Jwk>): JwkSet {
            for (key in keys) {
                require(!key.isPrivate) { "a JWK Set is public, but the key ${printable(key.toString())} is private" }
            }
            return JwkSet(JsonObject(mapOf("keys" to JsonArray(keys.map { it.json }))))
        }

        /** The JWK Set in [text]. Throws [IllegalArgumentException] where it is no object with an array `keys`. */
        @JvmStatic
        public fun parse(text: String): JwkSet {
            val json = requireNotNull(parseJson(text) as? JsonObject) { "a JWK Set must be a JSON object" }
            require(json["keys"] is JsonArray) { MALFORMED }
            return JwkSet(json)
        }

        private const val MALFORMED = "\"keys\" of a JWK Set must be an array of JSON objects"

        private fun malformed() = InvalidResponseException(ErrorCode.INVALID_RESPONSE, MALFORMED)

        internal fun supportedAlgorithm(jwt: Jwt): JwsAlgorithm =
            JwsAlgorithm.of(jwt.algorithm.orEmpty())
                ?: throw UnsupportedFeatureException(
                    "the signature of the ${jwt.kind} cannot be verified: \"alg\" is \"${printable(
                        jwt.algorithm.orEmpty(),
                    )}\"",
                )

        /**
         * Whether the signature of [jwt] is one of [candidates], each of which is tried. Throws
         * [UnsupportedFeatureException] where none of them is usable.
         */
        internal fun verifies(
            jwt: Jwt,
            candidates: List<Jwk>,
        ): Boolean {
            val algorithm = supportedAlgorithm(jwt)
            val signingInput = jwt.signingInput
            val signature = jwt.signature
            var unusable: UnsupportedFeatureException? = null
            var isAnyUsable = false
            for (key in candidates) {
                try {
                    if (key.verifier(algorithm).verify(signingInput, signature)) return true
                    isAnyUsable = true
                } catch (e: UnsupportedFeatureException) {
                    unusable = e
                }
            }
            if (!isAnyUsable) unusable?.let { throw it }
            return false
        }
    }
}
