package dev.openidclient.resourceserver

/** An access token that is not taken: 401 `invalid_token`. The message stays here, the caller learns nothing of it. */
internal class RefusedToken(
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/** A DPoP proof that is not taken: 401 with [error], `invalid_dpop_proof` or `use_dpop_nonce`. */
internal class RefusedProof(
    val error: String,
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/** A request that cannot be read without guessing: 400 `invalid_request`. */
internal class RefusedRequest(
    message: String,
) : RuntimeException(message)
