package dev.openidclient.clientauth

import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.jose.algorithmFor
import dev.openidclient.jose.header
import dev.openidclient.jose.signCompact

/**
 * `private_key_jwt`: an assertion signed with [key], new for each request
 * ([RFC 7523 §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2),
 * [OpenID Connect Core §9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication)).
 *
 * Its audience is the issuer and it lives 60 seconds; [modifyAssertion] may change that for a server that wants
 * something else.
 *
 * The page `docs/keys.md` shows where its key may be.
 */
public class PrivateKeyJwt
    @JvmOverloads
    constructor(
        private val key: SigningKey,
        private val modifyAssertion: ModifyAssertion? = null,
    ) : ClientAuthentication {
        internal val algorithm: String get() = key.algorithm.identifier

        override suspend fun authenticate(request: ClientAuthenticationRequest) {
            val algorithm = key.algorithmFor(request.server.tokenEndpointAuthSigningAlgValuesSupported)
            val claims = ClientAssertion.claims(request)
            ClientAssertion.addTo(request, key.signCompact(key.header(algorithm), claims, modifyAssertion))
        }

        override fun toString(): String = "PrivateKeyJwt($key)"
    }
