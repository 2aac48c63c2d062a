package dev.openidclient.testing

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.Jwt

/** Throws where the signature of [jwt] is not one of [key], as for a received token. */
internal fun verifySignature(
    jwt: Jwt,
    key: Jwk,
) {
    if (!JwkSet.verifies(jwt, listOf(key))) throw ValidationException(ErrorCode.INVALID_RESPONSE, "it does not verify")
}
