package dev.openidclient.userinfo

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.ask
import dev.openidclient.client.endpoint
import dev.openidclient.client.mayBePlain
import dev.openidclient.client.open
import dev.openidclient.client.requireMayBePlain
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
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters
import dev.openidclient.http.Secrets
import dev.openidclient.http.jsonObject
import dev.openidclient.http.mediaType
import dev.openidclient.http.requireAcceptedToken
import dev.openidclient.http.requireSuccess
import dev.openidclient.http.shownMediaType
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.MemberReader
import dev.openidclient.json.parseJson
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.proverOf
import kotlinx.serialization.json.JsonObject

/**
 * Claims about the person that [tokens] are of ([OpenID Connect Core
 * §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)); `sub` must be the ID Token's.
 *
 * Throws [WwwAuthenticateChallengeException] where the server refuses the access token, another [OAuthException] where
 * anything does not hold; [IllegalArgumentException] where [tokens] came without an ID Token, are another client's or
 * of another issuer, or where their access token is bound to a DPoP key and this client has none.
 *
 * The page `docs/sign-in.md` shows it after a sign-in.
 */
public suspend fun OpenIdClient.userInfo(tokens: TokenResponse): UserInfo {
    val subject = expectedSubject(tokens)
    return fetch(tokens.accessToken, proverOf(tokens), subject)
}

/** Of the ID Token that came with [tokens], which must be of this client's server. */
private fun OpenIdClient.expectedSubject(tokens: TokenResponse): String {
    val claims =
        requireNotNull(tokens.claims) {
            "the tokens came without an ID Token (was \"openid\" in the scope?): " +
                "name the subject that is expected, userInfo(accessToken, expectedSubject)"
        }
    return claims.subject
}

/**
 * The same by `POST`, with the access token in the form and no `Authorization` header ([RFC 6750
 * §2.2](https://www.rfc-editor.org/rfc/rfc6750#section-2.2)): for servers that take it only so. Prefer [userInfo].
 *
 * Throws as [userInfo] does, and [IllegalArgumentException] where the access token is bound to a DPoP key, which takes
 * the header, or the client has a security profile.
 */
public suspend fun OpenIdClient.userInfoByPost(tokens: TokenResponse): UserInfo {
    val profile = configuration.profile
    require(profile == null) { "${profile?.title}: the access token must be sent in the header: userInfo(tokens)" }
    require(!tokens.isSenderConstrained) {
        "the access token is bound to a DPoP key and must be sent in the header: userInfo(tokens)"
    }
    val subject = expectedSubject(tokens)
    proverOf(tokens)
    val form = HttpBody.form(Parameters.of("access_token" to tokens.accessToken))
    return fetch("POST", accessToken = null, form, dpop = null, subject)
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
    return fetch("GET", accessToken, body = null, dpop, expectedSubject)
}

private suspend fun OpenIdClient.fetch(
    method: String,
    accessToken: String?,
    body: HttpBody?,
    dpop: Dpop?,
    expectedSubject: String?,
): UserInfo {
    val accepted =
        if (metadata.userinfoSignedResponseAlg == null && mayBePlain(ENCRYPTION)) {
            "${MediaType.JSON}, ${MediaType.JWT}"
        } else {
            MediaType.JWT
        }
    val endpoint = sending { endpoint("userinfo_endpoint") }
    val call =
        EndpointCall.authorized(
            Purpose.USERINFO,
            method,
            endpoint,
            HttpHeaders.of("accept" to accepted),
            EndpointCall.Content.OfToken(accessToken, body),
            dpop = dpop,
        ) { secrets ->
            requireAcceptedToken(secrets)
            requireSuccess(secrets, due = "sub")
        }
    return ask(call).read { secrets ->
        val claims = if (mediaType == MediaType.JWT) signedClaims(bodyText()) else plainClaims(this, secrets)
        MemberReader(claims) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "UserInfo: $it") }
            .requiredString("sub")
        UserInfo(claims).also { if (expectedSubject != null) checkSubject(it, expectedSubject) }
    }
}

private fun OpenIdClient.plainClaims(
    response: HttpResponse,
    secrets: Secrets,
): JsonObject {
    val algorithm = metadata.userinfoSignedResponseAlg
    if (algorithm == null) {
        requireMayBePlain(KIND, ENCRYPTION)
        return response.jsonObject(secrets)
    }
    throw InvalidResponseException(
        ErrorCode.JWT_USERINFO_EXPECTED,
        "UserInfo must be a JWT signed with $algorithm, as \"userinfo_signed_response_alg\" of the client metadata " +
            "says, but came as " + (response.shownMediaType(secrets) ?: "a body without a media type"),
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
    val opened = open(compact, KIND, ENCRYPTION)
    if (opened != compact) unsignedClaims(opened)?.let { return it }
    val jwt = JwtValidation(time.now, time.tolerance).validate(opened, KIND, rule, unsignedAllowed = true)
    if ("iss" in jwt.claims) jwt.requireIssuer(expectedIssuer)
    if ("aud" in jwt.claims) jwt.requireAudience(clientId)
    verifyDirect(jwt)
    return jwt.payload
}

/** What was encrypted, and is a JSON object: not signed, which is allowed (OpenID Connect Core §5.3.2). */
private fun OpenIdClient.unsignedClaims(opened: String): JsonObject? {
    val claims = parseJson(opened) as? JsonObject ?: return null
    val algorithm = metadata.userinfoSignedResponseAlg
    if (algorithm == null || algorithm == AlgorithmRule.NONE) return claims
    throw InvalidResponseException(
        ErrorCode.JWT_USERINFO_EXPECTED,
        "UserInfo must be signed with $algorithm inside its encryption, as \"userinfo_signed_response_alg\" of the " +
            "client metadata says, but is not signed",
    )
}

private const val KIND = "UserInfo"
private const val ENCRYPTION = "userinfo_encrypted_response_alg"
