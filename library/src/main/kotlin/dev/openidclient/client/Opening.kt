package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.jose.Decryption

/**
 * The JWS in [compact] where that is a JWE and the client has a key for it, else [compact] as it is. [kind] names it in
 * messages. Throws [ValidationException] where it is no JWE, but the member [negotiated] of the client metadata
 * asks for one.
 */
internal suspend fun OpenIdClient.open(
    compact: String,
    kind: String,
    negotiated: String,
): String {
    if (!Decryption.isJwe(compact)) requireMayBePlain(kind, negotiated)
    return configuration.decryption?.open(compact, kind) ?: compact
}

/** Whether an answer may come without encryption, for all that the member [negotiated] of the client metadata says. */
internal fun OpenIdClient.mayBePlain(negotiated: String): Boolean =
    negotiated !in metadata.encryptedResponseAlgorithms || configuration.leniency.isUnencryptedAccepted

/** Throws [ValidationException] unless [mayBePlain]. */
internal fun OpenIdClient.requireMayBePlain(
    kind: String,
    negotiated: String,
) {
    if (mayBePlain(negotiated)) return
    val algorithm = printable(metadata.encryptedResponseAlgorithms[negotiated].orEmpty())
    throw ValidationException(
        ErrorCode.INVALID_RESPONSE,
        "the $kind must be encrypted with $algorithm, as \"$negotiated\" of the client metadata says, but is not: " +
            "correct the registration, or take it with acceptUnencrypted()",
        subject = ValidationSubject.PROTECTION,
    )
}
