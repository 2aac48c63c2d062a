package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.client.open
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.text
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import kotlinx.serialization.json.JsonObject

private const val KIND = "authorization response"
private val REQUIRED = listOf("aud", "exp", "iss")

/**
 * The parameters of the signed authorization response in [callback] ([JARM
 * §2.4](https://openid.net/specs/oauth-v2-jarm-final.html)); its signature is always verified. They are checked further
 * like those of an ordinary response, whose `iss` is the claim's.
 */
internal suspend fun OpenIdClient.jwtResponse(callback: AuthorizationCallback): Parameters {
    val claims = verifiedResponse(callback)
    val strings = claims.filterKeys { it != "aud" }.mapNotNull { (name, value) -> text(value)?.let { name to it } }
    return Parameters.of(*strings.toTypedArray())
}

/**
 * All claims of the signed authorization response in [callback] ([JARM
 * §2.1](https://openid.net/specs/oauth-v2-jarm-final.html)), whose signature, `iss`, `aud` and times hold: for what
 * `authorizationCodeGrant` does not need of it. That it answers this person's request (`state`), and whether it is an
 * error, is for `authorizationCodeGrant` to say.
 *
 * Throws [OAuthException] where it may not be trusted; [IllegalStateException] without `useJwtResponseMode()` in the
 * settings.
 *
 * The page `docs/fapi.md` shows what it is evidence for.
 */
public suspend fun OpenIdClient.authorizationResponseClaims(callback: AuthorizationCallback): JsonObject {
    check(configuration.responseKind == ResponseKind.JWT) {
        "the claims of an authorization response need useJwtResponseMode() in the settings"
    }
    return verifiedResponse(callback)
}

/**
 * The JWT in [response] where that is encrypted and the client has the key, of which nothing is verified: to find the
 * request that it may answer. Throws [OAuthException] where no key opens it.
 */
internal suspend fun OpenIdClient.openedResponse(response: String): String =
    open(response, KIND, "authorization_encrypted_response_alg")

private suspend fun OpenIdClient.verifiedResponse(callback: AuthorizationCallback): JsonObject {
    val compact =
        callback.jwtResponse?.takeUnless(String::isEmpty)
            ?: throw InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "the authorization response must have a \"response\": the JWT of useJwtResponseMode() in the settings",
            )
    val rule =
        AlgorithmRule(
            "authorization_signed_response_alg",
            metadata.authorizationSignedResponseAlg,
            "authorization_signing_alg_values_supported",
            server.authorizationSigningAlgValuesSupported,
            AlgorithmRule.DEFAULT,
            configuration.profile?.algorithms,
        )
    val opened = openedResponse(compact)
    val jwt = JwtValidation(time.now, time.tolerance).validate(opened, KIND, rule, unsignedAllowed = false)
    for (name in REQUIRED) {
        if (name !in jwt.claims) {
            throw InvalidResponseException(ErrorCode.INVALID_RESPONSE, "the $KIND must have the claim \"$name\"")
        }
    }
    jwt.requireIssuer(expectedIssuer)
    jwt.requireAudience(clientId)
    jwks.verify(jwt)
    return jwt.claims
}
