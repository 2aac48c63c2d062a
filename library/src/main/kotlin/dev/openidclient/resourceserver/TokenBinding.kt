package dev.openidclient.resourceserver

import dev.openidclient.error.printable
import dev.openidclient.json.kind
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

/** What an access token is bound to by `cnf` ([RFC 7800 §3.1](https://www.rfc-editor.org/rfc/rfc7800#section-3.1)). */
internal class TokenBinding private constructor(
    /** `jkt` (RFC 9449 §6.1); null: to no key. */
    val jwkThumbprint: String?,
    /** `x5t#S256` (RFC 8705 §3.1); null: to no certificate. */
    val certificateThumbprint: String?,
) {
    companion object {
        private const val JKT = "jkt"
        private const val X5T = "x5t#S256"

        private val NONE = TokenBinding(null, null)

        /**
         * That of a token with [claims]. Throws [RefusedToken] where it is bound to what is not known here: whoever
         * passes over that takes a bound token from anybody.
         */
        fun of(claims: JsonObject): TokenBinding {
            val confirmation = claims["cnf"]
            if (confirmation == null || confirmation is JsonNull) return NONE
            if (confirmation !is JsonObject) throw refused("must be an object, but is ${kind(confirmation)}")
            if (confirmation.isEmpty()) throw refused("must name a key or a certificate, but is empty")
            val unknown = confirmation.keys.firstOrNull { it != JKT && it != X5T }
            if (unknown != null) throw refused("has \"${printable(unknown)}\", which is not known here")
            return TokenBinding(thumbprint(confirmation, JKT), thumbprint(confirmation, X5T))
        }

        private fun thumbprint(
            confirmation: JsonObject,
            name: String,
        ): String? {
            val member = confirmation[name] ?: return null
            return text(member)?.ifEmpty { null }
                ?: throw refused("must have a text as \"$name\", but that is ${kind(member)}")
        }

        private fun refused(rule: String) = RefusedToken("the claim \"cnf\" of the access token $rule")
    }
}
