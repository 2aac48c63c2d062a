package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.Base64Url

/**
 * Tokens for a SAML 2.0 assertion, [assertion] as XML text ([RFC 7522
 * §2.1](https://www.rfc-editor.org/rfc/rfc7522#section-2.1)); it is sent as base64url. Throws [OAuthException];
 * [IllegalArgumentException] where [assertion] is empty.
 *
 * The page `docs/tokens.md` names it beside the other assertions.
 */
public suspend fun OpenIdClient.samlBearerGrant(
    assertion: String,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    val encoded = Base64Url.encode(assertion.encodeToByteArray())
    return assertionGrant("urn:ietf:params:oauth:grant-type:saml2-bearer", encoded, configure)
}
