package dev.openidclient.resourceserver

import dev.openidclient.error.RequestRefusedException

/** How a token comes in a request (RFC 6750 §2.1, RFC 9449 §7.1). */
internal enum class TokenScheme(
    val title: String,
) {
    BEARER("Bearer"),
    DPOP("DPoP"),
    ;

    companion object {
        /** Null where [name] is a scheme of something else. */
        fun of(name: String): TokenScheme? = values().firstOrNull { it.title.equals(name, ignoreCase = true) }
    }
}

/** What is wrong with a request, as its sender may know it. */
internal class Challenge(
    val status: Int,
    val error: String? = null,
    val description: String? = null,
    /** Between the description and where the metadata are. */
    val parameters: List<Pair<String, String>> = emptyList(),
) {
    companion object {
        private const val BAD_REQUEST = 400
        private const val UNAUTHORIZED = 401
        private const val FORBIDDEN = 403

        // RFC 6750 §3.1: who shows no token is told nothing of an error
        val NO_TOKEN: Challenge = Challenge(UNAUTHORIZED)

        /** One text for all reasons: whoever guesses learns nothing. */
        val INVALID_TOKEN: Challenge =
            Challenge(UNAUTHORIZED, "invalid_token", "The access token is not valid here")

        fun malformed(description: String): Challenge = Challenge(BAD_REQUEST, "invalid_request", description)

        /** [error] is `invalid_dpop_proof` or `use_dpop_nonce`. */
        fun proof(error: String): Challenge =
            Challenge(
                UNAUTHORIZED,
                error,
                if (error == USE_DPOP_NONCE) "A DPoP nonce is needed" else "The DPoP proof is not valid here",
            )

        // RFC 6750 §3.1
        fun insufficientScope(scope: String): Challenge =
            Challenge(
                FORBIDDEN,
                INSUFFICIENT_SCOPE,
                "The access token does not cover this request",
                listOf("scope" to scope),
            )

        // RFC 9396 has no parameter that says which
        val INSUFFICIENT_DETAILS: Challenge =
            Challenge(FORBIDDEN, INSUFFICIENT_SCOPE, "The authorization details do not cover this request")

        // RFC 9470 §3
        fun insufficientAuthentication(parameters: List<Pair<String, String>>): Challenge =
            Challenge(
                UNAUTHORIZED,
                "insufficient_user_authentication",
                "Another or more recent authentication is needed",
                parameters,
            )

        const val INVALID_DPOP_PROOF: String = "invalid_dpop_proof"
        const val USE_DPOP_NONCE: String = "use_dpop_nonce"
        private const val INSUFFICIENT_SCOPE = "insufficient_scope"
    }
}

/**
 * The answers of one resource server that refuses, with a line of `WWW-Authenticate` for each scheme that it takes
 * ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3), [RFC 9449
 * §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1), [RFC 9728
 * §5.1](https://www.rfc-editor.org/rfc/rfc9728#section-5.1)).
 */
internal class Challenges(
    realm: String?,
    /** Of proofs; null: DPoP is not taken. */
    dpopAlgorithms: List<String>?,
    resourceMetadata: String,
) {
    private val first: Map<TokenScheme, List<Pair<String, String>>> =
        listOfNotNull(
            TokenScheme.BEARER to listOfNotNull(realm?.let { "realm" to it }),
            dpopAlgorithms?.let { TokenScheme.DPOP to listOf("algs" to it.joinToString(" ")) },
        ).toMap()
    private val last = listOf("resource_metadata" to resourceMetadata)

    /** Without an error. */
    private val plain: Map<TokenScheme, String> = first.mapValues { (scheme, own) -> line(scheme, own + last) }

    /**
     * [challenge] to a request that came with [scheme]; null: with none that says how. A 401 offers every scheme, with
     * the error under that one only.
     */
    fun refusal(
        challenge: Challenge,
        scheme: TokenScheme?,
        message: String,
        cause: Throwable? = null,
        more: Map<String, List<String>> = emptyMap(),
    ): RequestRefusedException {
        val used = scheme?.takeIf { it in first } ?: TokenScheme.BEARER
        val lines =
            if (challenge.error == null) {
                plain.values.toList()
            } else {
                val line = line(used, first.getValue(used) + errorOf(challenge) + challenge.parameters + last)
                if (challenge.status == UNAUTHORIZED) (plain + (used to line)).values.toList() else listOf(line)
            }
        return RequestRefusedException(
            challenge.status,
            challenge.error,
            mapOf("www-authenticate" to lines) + more,
            "${challenge.status}${challenge.error?.let { " $it" }.orEmpty()}: $message",
            cause,
        )
    }

    private fun errorOf(challenge: Challenge): List<Pair<String, String>> =
        listOfNotNull(
            challenge.error?.let { "error" to it },
            challenge.description?.let { "error_description" to it },
        )

    companion object {
        private const val UNAUTHORIZED = 401
        private const val UNAVAILABLE = 503

        /** In seconds: by then some of what a replay cache remembers is over. */
        private const val RETRY_AFTER = 5

        /** It cannot be told now whether a proof came before: that is not the sender's fault. */
        fun unavailable(
            message: String,
            cause: Throwable,
        ): RequestRefusedException =
            RequestRefusedException(
                UNAVAILABLE,
                null,
                mapOf("retry-after" to listOf("$RETRY_AFTER")),
                "$UNAVAILABLE: $message",
                cause,
            )

        private fun line(
            scheme: TokenScheme,
            parameters: List<Pair<String, String>>,
        ): String = parameters.joinToString(", ", "${scheme.title} ") { (name, value) -> "$name=${quoted(value)}" }

        /** Whether [text] may stand in a challenge (RFC 9110 §5.6.4), and every server sends it as it is. */
        fun isQuotable(text: String): Boolean = text.all { it in ' '..'~' }

        private fun quoted(text: String): String = "\"${text.replace("\\", "\\\\").replace("\"", "\\\"")}\""
    }
}
