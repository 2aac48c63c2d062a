package dev.openidclient.logout

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.kind
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import dev.openidclient.token.IdTokenValidation
import kotlinx.serialization.json.JsonObject

/**
 * The rules for the claims of a logout token ([OpenID Connect Back-Channel Logout
 * §2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation)), but for its replay.
 */
internal class LogoutTokenValidation(
    private val client: ClientMetadata,
    private val expectedIssuer: ExpectedIssuer,
    private val idTokens: IdTokenValidation,
    private val jwts: JwtValidation,
) {
    fun check(
        jwt: Jwt,
        checks: LogoutTokenChecks,
    ) {
        jwt.requireIssuer(expectedIssuer)
        jwt.requireAudience(client.clientId)
        idTokens.checkTrustedAudiences(jwt)
        if ("exp" !in jwt.claims && !checks.isMissingExpAccepted) {
            throw invalid("the logout token must have the claim \"exp\": acceptMissingExp() takes one without")
        }
        checkIssuedLately(jwt)
        requireText(jwt, "jti")
        checkEvents(jwt)
        if ("nonce" in jwt.claims) {
            throw ValidationException(
                ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                "the logout token has a \"nonce\", which only an ID Token may have",
                subject = ValidationSubject.NONCE,
            )
        }
        checkWhom(jwt)
    }

    private fun checkIssuedLately(jwt: Jwt) {
        val issuedAt =
            number(jwt.claims["iat"]) ?: throw invalid("the logout token must have the claim \"iat\"")
        if (issuedAt < jwts.now - OLDEST_ISSUE - jwts.tolerance) {
            val rule = "the logout token was issued more than $OLDEST_ISSUE seconds ago"
            throw jwts.untimely(rule, "iat", jwt.claims)
        }
        if (issuedAt > jwts.now + jwts.tolerance) {
            throw jwts.untimely("the logout token was issued in the future", "iat", jwt.claims)
        }
    }

    private fun checkEvents(jwt: Jwt) {
        val events = jwt.claims["events"]
        if (events !is JsonObject) {
            throw invalid("claim \"events\" of the logout token must be an object, but is ${kind(events)}")
        }
        val event = events[AcceptedType.LOGOUT_EVENT]
        if (event !is JsonObject) {
            throw invalid(
                "claim \"events\" of the logout token must have \"${AcceptedType.LOGOUT_EVENT}\", an object, " +
                    "but that is ${kind(event)}",
            )
        }
    }

    private fun checkWhom(jwt: Jwt) {
        for (name in listOf("sub", "sid")) if (name in jwt.claims) requireText(jwt, name)
        if ("sid" in jwt.claims) return
        if (client.backchannelLogoutSessionRequired) {
            throw invalid(
                "the logout token must have the claim \"sid\", as \"backchannel_logout_session_required\" of the " +
                    "client metadata says",
            )
        }
        if ("sub" !in jwt.claims) throw invalid("the logout token must have the claim \"sub\" or \"sid\"")
    }

    private fun requireText(
        jwt: Jwt,
        name: String,
    ) {
        if (text(jwt.claims[name]).isNullOrEmpty()) {
            throw invalid(
                "claim \"$name\" of the logout token must be a non-empty string, but is ${kind(jwt.claims[name])}",
            )
        }
    }

    private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)

    companion object {
        const val KIND: String = "logout token"

        /** In seconds. */
        const val OLDEST_ISSUE: Long = 300
    }
}
