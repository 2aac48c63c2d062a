package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.json.kind
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

/**
 * Which `typ` a received JWT may have, so that one kind does not pass for another ([RFC 8725
 * §3.11](https://www.rfc-editor.org/rfc/rfc8725#section-3.11)).
 */
internal class AcceptedType private constructor(
    /** The one that must be there; null: any that names no other kind, or none. */
    private val required: String?,
    /** The only ones that may be there where none need be; null: any but those of other kinds. */
    private val known: Set<String>? = null,
    /** Whether the claims must be no logout token's. */
    private val refusesLogout: Boolean = true,
) {
    /** Throws [ValidationException] where the header of [jwt] says that it is something else. */
    fun check(jwt: Jwt) {
        val typ = jwt.header["typ"].takeUnless { it is JsonNull }
        if (required != null) {
            if (jwt.type == required) return
            throw refused("the ${jwt.kind} must have the \"typ\" \"${printable(required)}\", but has ${shown(typ)}")
        }
        if (typ != null && text(typ) == null) {
            throw refused("\"typ\" of the ${jwt.kind} must be a string, but is ${kind(typ)}")
        }
        val isOther = if (known == null) jwt.type in OTHER_KINDS else typ != null && jwt.type !in known
        if (isOther) throw refused("the \"typ\" ${shown(typ)} says that the JWT is no ${jwt.kind}")
    }

    private fun shown(typ: JsonElement?): String = typ?.let { printable(it.toString()) } ?: "none"

    /** Throws [ValidationException] where the claims of [jwt] are a logout token's, whatever its header says. */
    fun checkClaims(jwt: Jwt) {
        val events = (jwt.claims["events"] as? JsonObject).takeIf { refusesLogout } ?: return
        if (LOGOUT_EVENT in events) {
            val message = "the claim \"events\" says that the JWT is a logout token, which is not taken here"
            throw refused(message, ValidationSubject.claim("events"))
        }
    }

    private fun refused(
        message: String,
        subject: String = ValidationSubject.TYP,
    ) = ValidationException(ErrorCode.INVALID_RESPONSE, message, subject = subject)

    companion object {
        // OpenID Connect Back-Channel Logout §2.4
        const val LOGOUT_EVENT: String = "http://schemas.openid.net/event/backchannel-logout"

        private val OTHER_KINDS =
            setOf(
                "at+jwt",
                "logout+jwt",
                "dpop+jwt",
                "token-introspection+jwt",
                "oauth-authz-req+jwt",
                "client-authentication+jwt",
                "oauth-id-jag+jwt",
                "secevent+jwt",
                "entity-statement+jwt",
                "oauth-client-attestation+jwt",
                "oauth-client-attestation-pop+jwt",
            )

        /** For the kinds whose specifications name no `typ`: ID Tokens, authorization responses, UserInfo. */
        val NO_OTHER_KIND: AcceptedType = AcceptedType(null)

        private const val LOGOUT_TOKEN = "logout+jwt"

        /** For logout tokens, of which older servers do not say that they are one. */
        val LOGOUT: AcceptedType = AcceptedType(null, known = setOf("jwt", LOGOUT_TOKEN), refusesLogout = false)

        /** For logout tokens that must say so. */
        val TYPED_LOGOUT: AcceptedType = AcceptedType(LOGOUT_TOKEN, refusesLogout = false)

        /** [type], in any case and with or without `application/`, and nothing else. */
        fun exactly(type: String): AcceptedType = AcceptedType(Jwt.comparable(type))
    }
}
