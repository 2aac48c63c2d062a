package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable

/**
 * Which `alg` a received JWT may have: the one that the client is registered for; else one that the server lists; else
 * [fallback]. The names `EdDSA` and `Ed25519` match each other.
 */
internal class AlgorithmRule(
    /** The client metadata member that names the one algorithm, as `id_token_signed_response_alg`, and its value. */
    private val clientMember: String,
    private val clientValue: String?,
    private val serverMember: String,
    private val serverValues: List<String>?,
    private val fallback: String?,
    /** What a security profile leaves of all that; null: everything. */
    private val permitted: Set<String>? = null,
    /** Whether the caller verifies an HMAC of the one algorithm that the client is registered for. */
    private val hmacAllowed: Boolean = false,
) {
    /**
     * `none` passes only where the *client* metadata names it and [unsignedAllowed]: nobody verifies the signature
     * there.
     */
    fun check(
        jwt: Jwt,
        unsignedAllowed: Boolean,
    ) {
        val algorithm =
            jwt.algorithm
                ?: throw ValidationException(
                    ErrorCode.INVALID_RESPONSE,
                    "the header of the ${jwt.kind} must have an \"alg\"",
                    subject = ValidationSubject.ALG,
                )
        val (allowed, reason) = allowed()
        if (allowed.none { JwsAlgorithm.same(it, algorithm) }) {
            throw ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "the ${jwt.kind} must be signed with ${printable(
                    allowed.joinToString(" or "),
                ).ifEmpty { "no algorithm" }} ($reason), " +
                    "but its \"alg\" is \"${printable(algorithm)}\"",
                subject = ValidationSubject.ALG,
            )
        }
        if (permitted != null && algorithm !in permitted) {
            throw ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "the ${jwt.kind} must be signed with ${permitted.joinToString(" or ")} (security profile), " +
                    "but its \"alg\" is \"${printable(algorithm)}\"",
                subject = ValidationSubject.ALG,
            )
        }
        val unsigned = algorithm == NONE && unsignedAllowed && clientValue == NONE
        if (!unsigned && !isVerifiableHmac(algorithm) && JwsAlgorithm.of(algorithm) == null) {
            throw UnsupportedFeatureException(
                "the ${jwt.kind} has the unsupported \"alg\" \"${printable(algorithm)}\"${hint(algorithm)}",
            )
        }
    }

    // the name must be the client's own: whoever may choose the algorithm could choose what key it is verified with
    private fun isVerifiableHmac(algorithm: String): Boolean =
        hmacAllowed && clientValue == algorithm && HmacAlgorithm.of(algorithm) != null

    private fun hint(algorithm: String): String =
        if (HmacAlgorithm.of(algorithm) == null) {
            ""
        } else if (hmacAllowed) {
            ": where the client is registered for it, name it as \"$clientMember\" in the client metadata"
        } else {
            ": an HMAC is not taken here, for it says no more than that somebody has the client secret"
        }

    private fun allowed(): Pair<List<String>, String> =
        when {
            clientValue != null -> listOf(clientValue) to "client metadata \"$clientMember\""
            serverValues != null -> serverValues to "server metadata \"$serverMember\""
            fallback != null ->
                listOf(fallback) to "the default; \"$clientMember\" in the client metadata names another"
            else ->
                throw MetadataException(
                    ErrorCode.MISSING_SERVER_METADATA,
                    "neither client metadata \"$clientMember\" nor server metadata \"$serverMember\" " +
                        "says which algorithm to accept: name in the client metadata the one that the client is " +
                        "registered for",
                )
        }

    companion object {
        const val NONE: String = "none"
        const val DEFAULT: String = "RS256"
    }
}
