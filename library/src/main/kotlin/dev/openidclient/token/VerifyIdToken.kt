package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException

/**
 * Validates an ID Token that came by another way than a sign-in of this client, as from an Android app that sends it to
 * its backend ([OpenID Connect Core
 * §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)): every rule of an ID Token, and
 * always its signature. The token must be for this client (`aud`), and signed with a key of the server: an HMAC is
 * refused, for it says no more than that somebody has the client secret.
 *
 * [nonce] is the one that this backend gave to the app, null where it gave none, and then the token must have none.
 * [authorizedParty] is the app's own client id where the app got the token for this backend: `azp` must be exactly
 * that; null: `azp`, which a token for several audiences must have, must be this client's wherever it is there, for
 * servers issue tokens for this client's audience to other clients too. Throws [OAuthException] where the token may not
 * be trusted.
 *
 * The page `docs/specifications.md` leads to a recipe.
 */
public suspend fun OpenIdClient.verifyIdToken(
    idToken: String,
    nonce: String?,
    authorizedParty: String? = null,
): IdTokenClaims {
    require(idToken.isNotEmpty()) { "the ID Token must not be empty" }
    require(nonce?.isEmpty() != true) { "the nonce must not be empty" }
    require(authorizedParty?.isEmpty() != true) { "the authorized party must not be empty" }
    val validation = idTokenValidation()
    val jwt =
        validation.validate(
            openIdToken(idToken),
            null,
            origin = IdTokenOrigin.ELSEWHERE,
            authorizedParty = authorizedParty,
        )
    metadata.defaultMaxAge?.let { validation.checkAuthenticationAge(jwt, it) }
    validation.checkNonce(jwt, nonce)
    jwks.verify(jwt)
    return IdTokenClaims(jwt.payload, idToken)
}
