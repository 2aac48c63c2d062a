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

        @Volatile private var last: Credentials? = null

        override suspend fun authenticate(request: ClientAuthenticationRequest) {
            val id = request.client.clientId
            val secret = clientSecret ?: secretOf(request.client)
            // as a rule they are those of one client
            val credentials =
                last?.takeIf { it.id == id && it.secret == secret } ?: Credentials(id, secret).also { last = it }
            request.header("authorization", credentials.header)
        }

        private class Credentials(
            val id: String,
            val secret: String,
        ) {
            val header: String =
                "${FormEncoding.encode(id)}:${FormEncoding.encode(secret)}".encodeToByteArray().let {
                    "Basic ${Base64.getEncoder().encodeToString(it)}"
                }
        }

        override fun toString(): String = "ClientSecretBasic($MASK)"
    }
