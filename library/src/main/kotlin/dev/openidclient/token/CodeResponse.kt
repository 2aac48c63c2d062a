package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.ExpectedState
import dev.openidclient.authorization.RequiredAcr
import dev.openidclient.authorization.codeParameters
import dev.openidclient.authorization.frontChannelParameters
import dev.openidclient.authorization.jwtResponse
import dev.openidclient.authorization.validateCodeResponse
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.client.verifySignature
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Jwt
import java.time.Duration

/** What an authorization response with a code, and the tokens for it, must hold. */
internal class ExpectedCodeResponse(
    val state: ExpectedState,
    val nonce: String?,
    val codeVerifier: String?,
    val redirectUri: String?,
    val maxAge: Duration?,
    val isIdTokenExpected: Boolean,
    /** Null: the answer may have any `acr`. */
    val requiredAcr: RequiredAcr? = null,
    val asked: AskedFor = AskedFor(),
)

/** A code, and the ID Token that came with it in a hybrid flow. */
internal class CodeResponse(
    val code: String,
    val idToken: Jwt? = null,
)

/** The checked authorization response in [callback], of the kind that the client's settings name. */
internal suspend fun OpenIdClient.codeResponse(
    callback: AuthorizationCallback,
    expected: ExpectedCodeResponse,
): CodeResponse {
    val issRequired =
        server.authorizationResponseIssParameterSupported == true || configuration.responseRules.isIssRequired
    return when (configuration.responseKind) {
        ResponseKind.CODE ->
            CodeResponse(
                validateCodeResponse(codeParameters(callback), server, expected.state, issRequired),
            )
        ResponseKind.JWT ->
            CodeResponse(
                validateCodeResponse(jwtResponse(callback), server, expected.state, issRequired),
            )
        ResponseKind.CODE_ID_TOKEN -> hybridResponse(callback, expected)
        ResponseKind.ID_TOKEN ->
            throw UnsupportedFeatureException(
                "the client uses response_type=id_token: there is no code, use implicitAuthentication",
            )
    }
}

/**
 * The response of the hybrid flow `code id_token` ([OpenID Connect Core
 * §3.3.2](https://openid.net/specs/openid-connect-core-1_0.html#HybridAuthorizationEndpoint)); the signature of its ID
 * Token is always verified.
 */
private suspend fun OpenIdClient.hybridResponse(
    callback: AuthorizationCallback,
    expected: ExpectedCodeResponse,
): CodeResponse {
    require(
        expected.state != ExpectedState.Any,
    ) { "the state check cannot be skipped with response_type=code id_token" }
    val nonce =
        requireNotNull(expected.nonce) { "response_type=code id_token needs the nonce of the request (expectedNonce)" }
    val parameters = frontChannelParameters(callback)
    val idToken = parameters.single("id_token")
    // RFC 9207 §2.4: with an ID Token in the response its claim "iss" does what the parameter does
    val code = validateCodeResponse(parameters.without("id_token"), server, expected.state, issRequired = false)
    if (idToken.isNullOrEmpty()) {
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "the authorization response must have an \"id_token\", which response_type=code id_token asks for",
        )
    }
    return CodeResponse(code, frontChannelIdToken(idToken, code, nonce, parameters, expected))
}

private suspend fun OpenIdClient.frontChannelIdToken(
    idToken: String,
    code: String,
    nonce: String,
    parameters: Parameters,
    expected: ExpectedCodeResponse,
): Jwt {
    val state = parameters["state"]
    val isStateHashDue =
        configuration.responseRules.isSignatureDetached && (state != null || expected.state is ExpectedState.Exactly)
    val required =
        listOf("nonce", "c_hash") +
            (if (expected.maxAge != null) listOf("auth_time") else emptyList()) +
            (if (isStateHashDue) listOf("s_hash") else emptyList())
    val validation = idTokenValidation()
    val jwt = validation.validate(openIdToken(idToken), null, required, IdTokenOrigin.FRONT_CHANNEL)
    validation.checkIssuedLately(jwt)
    expected.maxAge?.let { validation.checkAuthenticationAge(jwt, it) }
    validation.checkNonce(jwt, nonce)
    verifySignature(jwt)
    validation.checkHash(jwt, "c_hash", code, "the code")
    if (isStateHashDue || "s_hash" in jwt.claims) {
        state
            ?: throw InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "the ID Token has an \"s_hash\", but the response no \"state\"",
            )
        validation.checkHash(jwt, "s_hash", state, "the state")
    }
    return jwt
}
