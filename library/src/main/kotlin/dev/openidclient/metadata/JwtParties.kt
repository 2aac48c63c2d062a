package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.jose.Jwt
import dev.openidclient.json.text

/**
 * Throws unless `iss` is exactly the one expected ([RFC 7519
 * §4.1.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.1)).
 */
internal fun Jwt.requireIssuer(expected: ExpectedIssuer) {
    val issuer = text(claims["iss"])
    val expectedIssuer = expected.of(claims)
    if (issuer == null || issuer != expectedIssuer) {
        throw ValidationException(
            ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
            "$kind: expected \"iss\" ${shown(expectedIssuer)}, got ${shown(issuer)}" +
                otherName(expectedIssuer, issuer),
            subject = ValidationSubject.claim("iss"),
        )
    }
}

/**
 * Throws unless `aud` is, or contains, [clientId] ([RFC 7519
 * §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)).
 */
internal fun Jwt.requireAudience(clientId: String) {
    if (clientId !in audience) {
        throw ValidationException(
            ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
            "$kind: expected \"aud\" ${shown(
                clientId,
            )}, got ${audience.joinToString(transform = ::shown).ifEmpty { "none" }}",
            subject = ValidationSubject.claim("aud"),
        )
    }
}

private fun shown(value: String?): String = if (value == null) "none" else "\"${printable(value)}\""
