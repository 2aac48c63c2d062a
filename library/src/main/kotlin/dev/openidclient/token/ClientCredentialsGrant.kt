package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException

/**
 * Tokens for the client itself ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)). Throws
 * [OAuthException].
 */
public suspend fun OpenIdClient.clientCredentialsGrant(configure: TokenRequestBuilder.() -> Unit = {}): TokenResponse =
    grant("client_credentials", configure)
