package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters

/**
 * Any grant of the token endpoint, an extension grant above all
 * ([RFC 6749 §4.5](https://www.rfc-editor.org/rfc/rfc6749#section-4.5)); its parameters are given in [configure].
 *
 * An ID Token in the answer is validated but for nonce and authentication age. Throws [OAuthException];
 * [IllegalArgumentException] where [grantType] is empty, or is `authorization_code` under a security profile, which
 * wants the callback checked: [authorizationCodeGrant].
 *
 * The page `docs/specifications.md` lists the grants that have a function of their own.
 */
public suspend fun OpenIdClient.grant(
    grantType: String,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    require(grantType.isNotEmpty()) { "the grant type must not be empty" }
    require(grantType != "authorization_code" || configuration.profile == null) {
        "${configuration.profile?.title}: exchange a code with authorizationCodeGrant, which checks its callback"
    }
    return requestTokens(grantType, Parameters.EMPTY, configure, extraTokenTypes(grantType))
}
