package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.printable

/**
 * The key whose possession must be proven with the access token of [tokens], null for a bearer token ([RFC 6749
 * §7.1](https://www.rfc-editor.org/rfc/rfc6749#section-7.1), [RFC 9449
 * §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)). [isProven]: the caller has made a proof.
 *
 * Throws [IllegalArgumentException] where that is no access token, another client's or of another issuer, or bound to a
 * key that this client does not have.
 */
internal fun OpenIdClient.proverOf(
    tokens: TokenResponse,
    isProven: Boolean = false,
): Dpop? {
    requireOwn(tokens)
    require(tokens.tokenType != NOT_APPLICABLE) {
        "what was issued is no access token: its \"token_type\" is N_A"
    }
    if (!tokens.isSenderConstrained) return null
    require(isProven || dpop != null) {
        "the access token is bound to a DPoP key, but this client has none: " +
            "use client.withDpop(dpop), with the key of the token request"
    }
    return dpop
}

/**
 * Throws [IllegalArgumentException] where [tokens] are of another issuer than this client's server, which must not get
 * to see them, or of another client.
 */
internal fun OpenIdClient.requireOwn(tokens: TokenResponse) {
    require(owns(tokens)) {
        "the tokens are of client \"${printable(tokens.clientId)}\" at \"${printable(tokens.issuer)}\", " +
            "but this is client \"${printable(clientId)}\" at \"${printable(server.issuer)}\": " +
            "use the client that got them"
    }
}

/** Whether [tokens] are of this client, at this server. */
internal fun OpenIdClient.owns(tokens: TokenResponse): Boolean =
    tokens.issuer == server.issuer && tokens.clientId == clientId
