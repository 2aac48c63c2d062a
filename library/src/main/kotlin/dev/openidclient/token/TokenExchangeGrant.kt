package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters

internal const val TOKEN_EXCHANGE: String = "urn:ietf:params:oauth:grant-type:token-exchange"

/** The token types of [RFC 8693 §3](https://www.rfc-editor.org/rfc/rfc8693#section-3), and [BEARER]. */
public object TokenType {
    /** The `token_type` of an access token whose possession is enough (RFC 6750): for `tokenTypeAlias(…)`. */
    public const val BEARER: String = "bearer"

    public const val ACCESS_TOKEN: String = "urn:ietf:params:oauth:token-type:access_token"
    public const val REFRESH_TOKEN: String = "urn:ietf:params:oauth:token-type:refresh_token"
    public const val ID_TOKEN: String = "urn:ietf:params:oauth:token-type:id_token"
    public const val SAML1: String = "urn:ietf:params:oauth:token-type:saml1"
    public const val SAML2: String = "urn:ietf:params:oauth:token-type:saml2"
    public const val JWT: String = "urn:ietf:params:oauth:token-type:jwt"
}

/** The `token_type` of what is no access token (RFC 8693 §2.2.1). */
internal const val NOT_APPLICABLE: String = "n_a"

/**
 * Exchanges [subjectToken], of [subjectTokenType], for another token ([RFC 8693
 * §2](https://www.rfc-editor.org/rfc/rfc8693#section-2)); what was issued is [TokenResponse.issuedTokenType]. Other
 * parameters (`audience`, `requested_token_type`, `actor_token` with `actor_token_type`) are given in [configure].
 *
 * Throws [OAuthException]; [IllegalArgumentException] where an argument is empty.
 *
 * The page `docs/tokens.md` shows an exchange.
 */
public suspend fun OpenIdClient.tokenExchangeGrant(
    subjectToken: String,
    subjectTokenType: String = TokenType.ACCESS_TOKEN,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    require(subjectToken.isNotEmpty()) { "the subject token must not be empty" }
    require(subjectTokenType.isNotEmpty()) { "the subject token's type must not be empty" }
    val own = Parameters.of("subject_token" to subjectToken, "subject_token_type" to subjectTokenType)
    return requestTokens(TOKEN_EXCHANGE, own, configure, extraTokenTypes(TOKEN_EXCHANGE))
}

/**
 * `n_a`: what a token exchange issues may be no access token ([RFC 8693
 * §2.2.1](https://www.rfc-editor.org/rfc/rfc8693#section-2.2.1)).
 */
internal fun extraTokenTypes(grantType: String): Set<String> =
    if (grantType == TOKEN_EXCHANGE) setOf(NOT_APPLICABLE) else emptySet()
