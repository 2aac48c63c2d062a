package dev.openidclient.client

/**
 * The JWS in [compact] where that is a JWE and the client has a key for it, else [compact] as it is. [kind] names it in
 * messages.
 */
internal suspend fun OpenIdClient.open(
    compact: String,
    kind: String,
): String = configuration.decryption?.open(compact, kind) ?: compact
