package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters

/**
 * Tokens for a JWT that another party issued, [assertion] ([RFC 7523
 * §2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1)). Throws [OAuthException]; [IllegalArgumentException] where
 * [assertion] is empty.
 *
 * The page `docs/tokens.md` shows it with the other assertions.
 */
public suspend fun OpenIdClient.jwtBearerGrant(
    assertion: String,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse = assertionGrant("urn:ietf:params:oauth:grant-type:jwt-bearer", assertion, configure)

internal suspend fun OpenIdClient.assertionGrant(
    grantType: String,
    assertion: String,
    configure: TokenRequestBuilder.() -> Unit,
): TokenResponse {
    require(assertion.isNotEmpty()) { "the assertion must not be empty" }
    return requestTokens(grantType, Parameters.of("assertion" to assertion), configure)
}
