package dev.openidclient.clientauth

import dev.openidclient.metadata.ClientMetadata

/**
 * The authentication of a client whose settings name none: what `token_endpoint_auth_method` of its metadata says, if
 * the `client_secret` or the client certificate suffices for that; else `client_secret_post` where there is a secret,
 * else `none`.
 */
internal fun defaultClientAuthentication(client: ClientMetadata): ClientAuthentication =
    when {
        client.tokenEndpointAuthMethod == "none" -> NoClientAuthentication
        client.tokenEndpointAuthMethod in TLS_METHODS -> TlsClientAuth
        client.clientSecret == null -> NoClientAuthentication
        client.tokenEndpointAuthMethod == "client_secret_basic" -> ClientSecretBasic()
        client.tokenEndpointAuthMethod == "client_secret_jwt" -> ClientSecretJwt()
        else -> ClientSecretPost()
    }

internal fun requireNonEmptySecret(secret: String?) {
    require(secret == null || secret.isNotEmpty()) { "the client secret must not be empty" }
}

/** The secret that [authentication] was given, else the one of the client metadata; null where there is none. */
internal fun clientSecretOf(
    authentication: ClientAuthentication?,
    client: ClientMetadata,
): String? =
    when (authentication) {
        is ClientSecretBasic -> authentication.clientSecret
        is ClientSecretPost -> authentication.clientSecret
        is ClientSecretJwt -> authentication.clientSecret
        else -> null
    } ?: client.clientSecret

internal fun secretOf(client: ClientMetadata): String =
    requireNotNull(client.clientSecret) {
        "no client secret: give it to the client authentication, or as \"client_secret\" in the client metadata"
    }
