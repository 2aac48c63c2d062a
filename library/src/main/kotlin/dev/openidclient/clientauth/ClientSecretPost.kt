package dev.openidclient.clientauth

import dev.openidclient.error.MASK

/**
 * `client_secret_post`: client id and secret in the body
 * ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
 *
 * Without an argument the secret is the `client_secret` of the client metadata; where there is none either, the first
 * request throws [IllegalArgumentException], as an empty [clientSecret] does at once.
 */
public class ClientSecretPost
    @JvmOverloads
    constructor(
        internal val clientSecret: String? = null,
    ) : ClientAuthentication {
        init {
            requireNonEmptySecret(clientSecret)
        }

        override suspend fun authenticate(request: ClientAuthenticationRequest) {
            request.parameter("client_id", request.client.clientId)
            request.parameter("client_secret", clientSecret ?: secretOf(request.client))
        }

        override fun toString(): String = "ClientSecretPost($MASK)"
    }
