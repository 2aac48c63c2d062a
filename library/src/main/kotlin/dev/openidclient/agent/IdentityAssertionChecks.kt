package dev.openidclient.agent

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.Secrets
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.Jwt
import dev.openidclient.json.text
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.requireIssuer
import dev.openidclient.token.NOT_APPLICABLE
import dev.openidclient.token.TokenResponse
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What an answer with an identity assertion must be (draft-ietf-oauth-identity-assertion-authz-grant-04 §4.3.3). */
internal class IdentityAssertionChecks(
    private val audience: String,
    private val issuer: ExpectedIssuer,
    private val dpop: Dpop?,
) {
    fun check(answer: TokenResponse) {
        // a server may repeat the token anywhere
        val issued = answer.issuedTokenType?.let { Secrets.ofAnswer(answer.json).mask(it) }
        requireMember("issued_token_type", issued, ID_JAG)
        // a token of another type is an access token, for whoever has it
        requireMember("token_type", answer.tokenType, NOT_APPLICABLE)
        if (answer.accessToken.count { it == '.' } == JWS_DOTS) check(Jwt.parse(answer.accessToken, KIND))
    }

    private fun requireMember(
        name: String,
        value: String?,
        expected: String,
    ) {
        if (value == expected) return
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "token response: \"$name\" of an $KIND must be \"$expected\", but is " +
                (value?.let { "\"${printable(it)}\"" } ?: "absent"),
        )
    }

    private fun check(jwt: Jwt) {
        TYPE.check(jwt)
        if (!isAudience(jwt.claims["aud"])) {
            throw refused("aud", "must be for \"${printable(audience)}\" alone, but is for ${shown(jwt.claims["aud"])}")
        }
        jwt.requireIssuer(issuer)
        if (dpop != null) requireBound(jwt, dpop)
    }

    private fun isAudience(claim: JsonElement?): Boolean =
        when (claim) {
            is JsonPrimitive -> text(claim) == audience
            is JsonArray -> text(claim.singleOrNull()) == audience
            else -> false
        }

    /** One without a binding would pass for any key. */
    private fun requireBound(
        jwt: Jwt,
        dpop: Dpop,
    ) {
        val thumbprint = text((jwt.claims["cnf"] as? JsonObject)?.get("jkt"))
        if (thumbprint == dpop.thumbprint()) return
        val found = if (thumbprint == null) "to none" else "to another one"
        throw refused("cnf", "must be bound to the DPoP key of the client (\"cnf\"), but is $found")
    }

    private fun shown(claim: JsonElement?): String = claim?.let { printable(it.toString()) } ?: "nobody"

    private fun refused(
        claim: String,
        message: String,
    ) = ValidationException(
        ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
        "the $KIND $message",
        subject = ValidationSubject.claim(claim),
    )

    private companion object {
        const val KIND = "identity assertion"
        const val JWS_DOTS = 2
        val TYPE = AcceptedType.exactly("oauth-id-jag+jwt")
    }
}
