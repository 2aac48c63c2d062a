package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.ExpectedState
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.frontChannelParameters
import dev.openidclient.authorization.validateResponse
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.client.verifySignature
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.json.text
import java.time.Duration

/**
 * Checks the callback of `response_type=id_token` against [pending] and returns who signed in ([OpenID Connect Core
 * §3.2.2](https://openid.net/specs/openid-connect-core-1_0.html#ImplicitAuthorizationEndpoint)); the signature is
 * always verified. The settings must have `useIdTokenResponseType()`, else [IllegalStateException].
 *
 * A server sees no fragment, so ask for `response_mode=form_post`. Throws [AuthorizationResponseException] where the
 * server or the person refused; another [OAuthException] where anything does not hold.
 *
 * The page `docs/specifications.md` leads to a recipe.
 */
public suspend fun OpenIdClient.implicitAuthentication(
    callback: AuthorizationCallback,
    pending: PendingAuthorization,
): IdTokenClaims {
    checkPending(pending)
    val nonce =
        requireNotNull(pending.nonce) { "the pending authorization has no nonce: it is of another response type" }
    val acr = pending.authentication.requiredAcr?.values
    return authenticate(callback, ExpectedState.Exactly(pending.state), nonce, pending.maxAge, acr)
}

/**
 * The same with `state` and `nonce` under the caller's own control: [expectedState] null means that there must be none.
 */
public suspend fun OpenIdClient.implicitAuthentication(
    callback: AuthorizationCallback,
    expectedNonce: String,
    expectedState: String?,
    maxAge: Duration? = null,
): IdTokenClaims {
    require(expectedNonce.isNotEmpty()) { "the expected nonce must not be empty" }
    require(maxAge?.isNegative != true) { "the maximum age must not be negative, but is $maxAge" }
    val state = expectedState?.let { ExpectedState.Exactly(it) } ?: ExpectedState.None
    return authenticate(callback, state, expectedNonce, maxAge)
}

private suspend fun OpenIdClient.authenticate(
    callback: AuthorizationCallback,
    state: ExpectedState,
    nonce: String,
    maxAge: Duration?,
    requiredAcr: List<String>? = null,
): IdTokenClaims {
    check(configuration.responseKind == ResponseKind.ID_TOKEN) {
        "implicitAuthentication needs useIdTokenResponseType() in the settings"
    }
    val parameters = frontChannelParameters(callback)
    val idToken = parameters.single("id_token")
    validateResponse(parameters.without("id_token"), server, state, issRequired = false)
    if (idToken.isNullOrEmpty()) {
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "the authorization response must have an \"id_token\", which response_type=id_token asks for",
        )
    }
    val age = maxAge ?: metadata.defaultMaxAge
    val required = listOf("nonce") + if (age != null) listOf("auth_time") else emptyList()
    val validation = idTokenValidation()
    val jwt = validation.validate(openIdToken(idToken), null, required, IdTokenOrigin.FRONT_CHANNEL)
    validation.checkIssuedLately(jwt)
    age?.let { validation.checkAuthenticationAge(jwt, it) }
    validation.checkNonce(jwt, nonce)
    requiredAcr?.let { validation.checkAcr(text(jwt.claims["acr"]), it) }
    verifySignature(jwt)
    return IdTokenClaims(jwt.payload, idToken)
}
