package dev.openidclient.clientauth

import dev.openidclient.error.MASK
import dev.openidclient.http.FormEncoding
import java.util.Base64

/**
 * `client_secret_basic`: client id and secret, each form-encoded, in the `Authorization` header
 * ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)): letters, digits, `*`, `-`, `.` and `_` as
 * they are, so that a server that does not decode takes the usual client ids and secrets too.
 *
 * Without an argument the secret is the `client_secret` of the client metadata; where there is none either, the first
 * request throws [IllegalArgumentException], as an empty [clientSecret] does at once.
 */
public class ClientSecretBasic
    @JvmOverloads
    constructor(
        internal val clientSecret: String? = null,
    ) : ClientAuthentication {
        init {
            requireNonEmptySecret(clientSecret)
        }

        override suspend fun authenticate(request: ClientAuthenticationRequest) {
            val id = FormEncoding.encode(request.client.clientId)
            val secret = FormEncoding.encode(clientSecret ?: secretOf(request.client))
            val credentials = Base64.getEncoder().encodeToString("$id:$secret".encodeToByteArray())
            request.header("authorization", "Basic $credentials")
        }

        override fun toString(): String = "ClientSecretBasic($MASK)"
    }
