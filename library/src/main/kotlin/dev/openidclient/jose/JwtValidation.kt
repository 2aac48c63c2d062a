package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.json.number
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import dev.openidclient.json.kind as kindOf

/** What holds for every JWT that is received, whatever it is for; the signature is [JwkSet]'s business. */
internal class JwtValidation(
    /** The current time with the clock skew, in seconds since the epoch. */
    val now: Long,
    /** How far the clocks may be apart, in seconds. */
    val tolerance: Long,
) {
    /**
     * Takes [compact] apart and checks its algorithm against [rule] before anything else in it is used, then `crit`,
     * its [type], the types of the registered claims, `exp` and `nbf` ([RFC 7519
     * §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1)).
     */
    fun validate(
        compact: String,
        kind: String,
        rule: AlgorithmRule,
        unsignedAllowed: Boolean,
        type: AcceptedType = AcceptedType.NO_OTHER_KIND,
    ): Jwt {
        val jwt = head(compact, kind, rule, unsignedAllowed, type)
        checkClaims(jwt, type)
        return jwt
    }

    /** The first half of [validate], which looks at no claim. */
    fun head(
        compact: String,
        kind: String,
        rule: AlgorithmRule,
        unsignedAllowed: Boolean,
        type: AcceptedType,
    ): Jwt {
        val jwt = Jwt.parse(compact, kind)
        rule.check(jwt, unsignedAllowed)
        // RFC 7515 §4.1.11: no extension is understood here, so none may be critical
        jwt.header["crit"]?.let { critical ->
            throw UnsupportedFeatureException(
                "the $kind has a \"crit\" header parameter, ${printable(critical.toString())}, which is not supported",
            )
        }
        type.check(jwt)
        return jwt
    }

    /** The second half of [validate]. */
    fun checkClaims(
        jwt: Jwt,
        type: AcceptedType,
    ) {
        checkTypes(jwt)
        type.checkClaims(jwt)
        checkTimes(jwt)
    }

    private fun checkTypes(jwt: Jwt) {
        for (name in NUMBERS) jwt.requireClaim(name, "a number") { number(it) != null }
        jwt.requireClaim("iss", "a string") { text(it) != null }
        jwt.requireClaim("aud", "a string or an array of strings") { audience ->
            text(audience) != null || (audience is JsonArray && audience.all { text(it) != null })
        }
    }

    private inline fun Jwt.requireClaim(
        name: String,
        rule: String,
        holds: (JsonElement) -> Boolean,
    ) {
        val claim = claims[name] ?: return
        if (!holds(claim)) {
            throw InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "claim \"$name\" of the $kind must be $rule, but is ${kindOf(claim)}",
            )
        }
    }

    private fun checkTimes(jwt: Jwt) {
        number(jwt.claims["exp"])?.let { expiry ->
            if (expiry <= now - tolerance) throw untimely("the ${jwt.kind} is expired", "exp", jwt.claims)
        }
        number(jwt.claims["nbf"])?.let { start ->
            if (start > now + tolerance) throw untimely("the ${jwt.kind} is not valid yet", "nbf", jwt.claims)
        }
    }

    fun untimely(
        what: String,
        claim: String,
        claims: JsonObject,
    ): ValidationException =
        ValidationException(
            ErrorCode.JWT_TIMESTAMP_CHECK_FAILED,
            "$what: \"$claim\" is ${printable(
                claims[claim].toString(),
            )}, the time here is $now with a tolerance of $tolerance seconds; " +
                "where a clock is wrong that cannot be set right, clockSkew moves the time here",
            subject = ValidationSubject.claim(claim),
        )

    private companion object {
        val NUMBERS = listOf("exp", "iat", "nbf")
    }
}
