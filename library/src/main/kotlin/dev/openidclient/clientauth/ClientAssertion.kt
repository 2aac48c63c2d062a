package dev.openidclient.clientauth

import dev.openidclient.error.MASK
import dev.openidclient.metadata.DraftSpecification
import java.nio.file.Files
import java.nio.file.Path

/**
 * Another party's token as the credential of this client ([RFC 7521
 * §4.2](https://www.rfc-editor.org/rfc/rfc7521#section-4.2), [RFC 7523
 * §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)): a service account token that Kubernetes projects into a
 * file, a federated credential for Microsoft Entra ID, a SPIFFE JWT-SVID. There is no secret and no key to keep.
 *
 * It is asked for anew for each request, is never read, and is never kept here; `toString` does not show it. Security
 * profiles refuse it.
 *
 * The page `docs/workload-identity.md` shows where it comes from.
 */
public class ClientAssertion private constructor(
    /** `client_assertion_type` */
    public val type: String,
    private val source: suspend () -> String,
) : ClientAuthentication {
    override suspend fun authenticate(request: ClientAuthenticationRequest) {
        val assertion = source()
        require(assertion.isNotEmpty() && assertion.all { it in FIRST_VISIBLE..LAST_VISIBLE }) {
            "the client assertion must be one line of visible ASCII characters, without white space, " +
                "but ${if (assertion.isEmpty()) "is empty" else "has others"}"
        }
        SelfIssuedAssertion.addTo(request, assertion, type)
    }

    override fun toString(): String = "ClientAssertion($type, $MASK)"

    public companion object {
        private const val FIRST_VISIBLE = '!'
        private const val LAST_VISIBLE = '~'

        /** The type of a JWT ([RFC 7523 §2.2](https://www.rfc-editor.org/rfc/rfc7523#section-2.2)). */
        public const val JWT_BEARER: String = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

        /** The type of a SPIFFE JWT-SVID (draft-ietf-oauth-spiffe-client-auth-02). */
        @DraftSpecification
        public const val JWT_SPIFFE: String = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe"

        /**
         * What [source] gives, once for each request; Java has `AsyncClientAssertion`. [source] may be called from many
         * coroutines at once; what it throws fails the operation, before anything is sent. So does an assertion that is
         * empty or not of one line, with [IllegalArgumentException].
         *
         * Throws [IllegalArgumentException] where [type] is empty.
         */
        public fun from(
            type: String = JWT_BEARER,
            source: suspend () -> String,
        ): ClientAssertion {
            require(type.isNotEmpty()) { "the type of a client assertion must not be empty" }
            return ClientAssertion(type, source)
        }

        /**
         * What is in the file [path], read for each request, for its writer replaces it before it expires. White space
         * around it does not count. Where it cannot be read the operation fails with [java.io.IOException], before
         * anything is sent. Throws [IllegalArgumentException] where [type] is empty.
         */
        @JvmStatic
        @JvmOverloads
        public fun fromFile(
            path: Path,
            type: String = JWT_BEARER,
        ): ClientAssertion = from(type) { String(Files.readAllBytes(path), Charsets.UTF_8).trim() }
    }
}
