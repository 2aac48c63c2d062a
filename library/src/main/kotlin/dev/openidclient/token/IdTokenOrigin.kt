package dev.openidclient.token

/** How an ID Token came here. */
internal enum class IdTokenOrigin(
    /** That the server was asked itself is enough for a token of the token endpoint. */
    val isUnsignedAllowed: Boolean,
    /** Whether an HMAC is verified with the client secret. */
    val isHmacAllowed: Boolean,
) {
    TOKEN_ENDPOINT(isUnsignedAllowed = true, isHmacAllowed = true),

    /** Through a browser. */
    FRONT_CHANNEL(isUnsignedAllowed = false, isHmacAllowed = true),

    /** From anybody. */
    ELSEWHERE(isUnsignedAllowed = false, isHmacAllowed = false),
}
