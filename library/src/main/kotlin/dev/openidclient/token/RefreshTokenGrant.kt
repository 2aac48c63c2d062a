package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.http.Parameters

/**
 * New tokens for the refresh token of [tokens] ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
 *
 * An ID Token in the answer must be of the same sign-in as the earlier one: `iss`, `sub`, `aud`, `azp`, `auth_time` if
 * both have it, and `nonce` if it has one ([OpenID Connect Core
 * §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)). Where the server issues no new
 * refresh token or ID Token, the result has the earlier ones. The `resource` of [tokens] are named again, unless
 * [configure] names some.
 *
 * A server that rotates refresh tokens takes each only once: refresh from one place at a time, and after a
 * [TransportException] do not assume that the old one still works. Who is cancelled meanwhile loses the new tokens,
 * where the server has issued them: refresh, and store what comes, where nothing cancels it. Throws [OAuthException];
 * [IllegalArgumentException] where [tokens] have no refresh token, or are another client's or of another issuer.
 *
 * The page `docs/tokens.md` shows when to refresh, and what to keep where it fails.
 */
public suspend fun OpenIdClient.refreshTokenGrant(
    tokens: TokenResponse,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    requireOwn(tokens)
    val refreshToken =
        requireNotNull(tokens.refreshToken) {
            "the tokens have no refresh token: the server issued none (some want the scope \"offline_access\" for it)"
        }
    val authorized = AskedFor(resource = tokens.resource)
    return requestTokens(GRANT_TYPE, own(refreshToken), configure, earlier = tokens, authorized = authorized) { read ->
        val earlier = tokens.claims
        if (read.idToken != null && earlier != null) checkSameSignIn(read.idToken, earlier, tokens.firstClaims)
    }
}

/**
 * New tokens for [refreshToken] alone ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)): an ID Token in
 * the answer cannot be compared with the earlier one here, which the overload for a [TokenResponse] does. Where the
 * server issues no new refresh token, the result has [refreshToken].
 *
 * Throws [OAuthException]; [IllegalArgumentException] where [refreshToken] is empty.
 */
public suspend fun OpenIdClient.refreshTokenGrant(
    refreshToken: String,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    require(refreshToken.isNotEmpty()) { "the refresh token must not be empty" }
    return requestTokens(GRANT_TYPE, own(refreshToken), configure)
}

private const val GRANT_TYPE = "refresh_token"

private fun own(refreshToken: String) = Parameters.of("refresh_token" to refreshToken)
