package dev.openidclient.userinfo

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ask
import dev.openidclient.client.endpoint
import dev.openidclient.client.open
import dev.openidclient.client.sending
import dev.openidclient.client.verifyDirect
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.error.printable
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.jsonObject
import dev.openidclient.http.mediaType
import dev.openidclient.http.requireAcceptedToken
import dev.openidclient.http.requireSuccess
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.MemberReader
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.proverOf
import dev.openidclient.token.requireOwn
import kotlinx.serialization.json.JsonObject

/**
 * Claims about the person that [tokens] are of ([OpenID Connect Core
 * §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)); `sub` must be the ID Token's.
 *
 * Throws [WwwAuthenticateChallengeException] where the server refuses the access token, another [OAuthException] where
 * anything does not hold; [IllegalArgumentException] where [tokens] came without an ID Token or are of another issuer,
 * or where their access token is bound to a DPoP key and this client has none.
 */
public suspend fun OpenIdClient.userInfo(tokens: TokenResponse): UserInfo {
    val claims =
        requireNotNull(tokens.claims) {
            "the tokens came without an ID Token (was \"openid\" in the scope?): " +
                "name the subject that is expected, userInfo(accessToken, expectedSubject)"
        }
    requireOwn(tokens)
    return fetch(tokens.accessToken, proverOf(tokens), claims.subject)
}

/**
 * Claims about the person that [accessToken] is of, sent as DPoP where the client has a DPoP key, else as Bearer; `sub`
 * must be [expectedSubject].
 *
 * Throws [WwwAuthenticateChallengeException] where the server refuses the access token, another [OAuthException] where
 * anything does not hold; [IllegalArgumentException] where an argument is empty.
 */
public suspend fun OpenIdClient.userInfo(
    accessToken: String,
    expectedSubject: String,
): UserInfo {
    require(expectedSubject.isNotEmpty()) { "the expected subject must not be empty" }
    return fetch(accessToken, dpop, expectedSubject)
}

private fun checkSubject(
    user: UserInfo,
    expectedSubject: String,
) {
    if (user.subject != expectedSubject) {
        throw ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "UserInfo is about another person: expected \"sub\" \"${printable(
                expectedSubject,
            )}\", got \"${printable(user.subject)}\"",
            subject = ValidationSubject.claim("sub"),
        )
    }
}

/**
 * Claims about whatever person [accessToken] is of, sent as DPoP where the client has a DPoP key. **Nothing ties them
 * to a sign-in**: where there is an ID Token, use [userInfo] with its subject ([OpenID Connect Core
 * §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)).
 */
public suspend fun OpenIdClient.userInfoWithoutSubjectCheck(accessToken: String): UserInfo =
    fetch(accessToken, dpop, expectedSubject = null)

private suspend fun OpenIdClient.fetch(
    accessToken: String,
    dpop: Dpop?,
    expectedSubject: String?,
): UserInfo {
    require(accessToken.isNotEmpty()) { "the access token must not be empty" }
    val accepted =
        if (metadata.userinfoSignedResponseAlg ==
            null
        ) {
            "${MediaType.JSON}, ${MediaType.JWT}"
        } else {
            MediaType.JWT
        }
    val endpoint = sending { endpoint("userinfo_endpoint") }
    val call =
        EndpointCall.authorized(
            "GET",
            endpoint,
            accessToken,
            HttpHeaders.of("accept" to accepted),
            dpop = dpop,
        ) { secrets ->
            requireAcceptedToken(secrets)
            requireSuccess(secrets, due = "sub")
        }
    return ask(call).read {
        val claims = if (mediaType == MediaType.JWT) signedClaims(bodyText()) else plainClaims(this)
        MemberReader(claims) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "UserInfo: $it") }
            .requiredString("sub")
        UserInfo(claims).also { if (expectedSubject != null) checkSubject(it, expectedSubject) }
    }
}

private fun OpenIdClient.plainClaims(response: HttpResponse): JsonObject {
    val algorithm = metadata.userinfoSignedResponseAlg ?: return response.jsonObject()
    throw InvalidResponseException(
        ErrorCode.JWT_USERINFO_EXPECTED,
        "UserInfo must be a JWT signed with $algorithm, as the client metadata says, but came as " +
            (response.mediaType?.let(::printable) ?: "a body without a media type"),
        response.status,
    )
}

/**
 * UserInfo as a JWT: `iss` and `aud` should be there, and where they are they must hold (OpenID Connect Core §5.3.2).
 */
private suspend fun OpenIdClient.signedClaims(compact: String): JsonObject {
    val rule =
        AlgorithmRule(
            "userinfo_signed_response_alg",
            metadata.userinfoSignedResponseAlg,
            "userinfo_signing_alg_values_supported",
            server.userinfoSigningAlgValuesSupported,
            fallback = null,
            configuration.profile?.algorithms,
            hmacAllowed = true,
        )
    val opened = open(compact, KIND)
    val jwt = JwtValidation(time.now, time.tolerance).validate(opened, KIND, rule, unsignedAllowed = true)
    if ("iss" in jwt.claims) jwt.requireIssuer(expectedIssuer)
    if ("aud" in jwt.claims) jwt.requireAudience(clientId)
    verifyDirect(jwt)
    return jwt.claims
}

private const val KIND = "UserInfo"
