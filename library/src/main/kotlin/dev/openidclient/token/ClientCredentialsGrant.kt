package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException

/**
 * Tokens for the client itself ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)). Throws
 * [OAuthException].
 *
 * The page `docs/client-credentials.md` shows a service that keeps its token.
 */
public suspend fun OpenIdClient.clientCredentialsGrant(configure: TokenRequestBuilder.() -> Unit = {}): TokenResponse =
    grant("client_credentials", configure)
