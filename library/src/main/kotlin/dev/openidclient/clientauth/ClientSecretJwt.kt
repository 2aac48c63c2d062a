package dev.openidclient.clientauth

import dev.openidclient.error.MASK
import dev.openidclient.jose.Jca
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.compact
import kotlinx.serialization.json.JsonPrimitive

/**
 * `client_secret_jwt`: an assertion with an HMAC (HS256) of the client secret, new for each request
 * ([RFC 7523 §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2),
 * [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication)).
 *
 * Its `typ` is `client-authentication+jwt` ([RFC 10070 §4](https://www.rfc-editor.org/rfc/rfc10070#section-4)), which
 * [modifyAssertion] may remove, and its audience the issuer.
 *
 * Secrets of every length are taken, though RFC 7518 §3.2 asks for 32 bytes: the server chose it. Without an argument
 * the secret is the `client_secret` of the client metadata; where there is none either, the first request throws
 * [IllegalArgumentException], as an empty [clientSecret] does at once.
 */
public class ClientSecretJwt
    @JvmOverloads
    constructor(
        internal val clientSecret: String? = null,
        private val modifyAssertion: ModifyAssertion? = null,
    ) : ClientAuthentication {
        init {
            requireNonEmptySecret(clientSecret)
        }

        override suspend fun authenticate(request: ClientAuthenticationRequest) {
            val secret = (clientSecret ?: secretOf(request.client)).encodeToByteArray()
            val header =
                mapOf(
                    "alg" to JsonPrimitive("HS256"),
                    "typ" to JsonPrimitive(SelfIssuedAssertion.HEADER_TYPE),
                )
            val claims = SelfIssuedAssertion.claims(request)
            val assertion = compact(header, claims, modifyAssertion) { Jca.hmacSha256(secret, it) }
            SelfIssuedAssertion.addTo(request, assertion)
        }

        override fun toString(): String = "ClientSecretJwt($MASK)"
    }
