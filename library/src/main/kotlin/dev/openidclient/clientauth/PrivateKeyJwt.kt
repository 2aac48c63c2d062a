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
 * Its `typ` is `client-authentication+jwt`, its audience the issuer ([RFC
 * 10070](https://www.rfc-editor.org/rfc/rfc10070)), and it lives 60 seconds. [audience] chooses another one;
 * [modifyAssertion] may change header and claims for a server that wants something else.
 *
 * The page `docs/keys.md` shows where its key may be.
 */
public class PrivateKeyJwt
    @JvmOverloads
    constructor(
        private val key: SigningKey,
        internal val audience: Audience = Audience.ISSUER,
        private val modifyAssertion: ModifyAssertion? = null,
    ) : ClientAuthentication {
        /** The same for the issuer, with the last word on the assertion. */
        public constructor(key: SigningKey, modifyAssertion: ModifyAssertion) :
            this(key, Audience.ISSUER, modifyAssertion)

        internal val algorithm: String get() = key.algorithm.identifier

        override suspend fun authenticate(request: ClientAuthenticationRequest) {
            val algorithm = key.algorithmFor(request.server.tokenEndpointAuthSigningAlgValuesSupported)
            val header = key.header(algorithm, SelfIssuedAssertion.HEADER_TYPE)
            val claims = SelfIssuedAssertion.claims(request, audience)
            SelfIssuedAssertion.addTo(request, key.signCompact(header, claims, modifyAssertion))
        }

        override fun toString(): String = "PrivateKeyJwt($key)"
    }
