package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.ExpectedState
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.validateCodeResponse
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.SecurityProfile
import dev.openidclient.client.beforeSending
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.Parameters
import dev.openidclient.json.text
import java.time.Duration

/**
 * Checks the callback against [pending] and exchanges its code for tokens
 * ([RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3),
 * [OpenID Connect Core §3.1.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint)).
 *
 * [callbackUrl] is the URL that the browser came back to, with its query. Checked are: that the pending authorization
 * is of this client and not too old, `iss`, `state`, `error`; then in the ID Token, which must come where `openid` was
 * asked for, issuer, audience, times, `nonce`, `auth_time`, `at_hash`, and `acr` after `requireAcr()` or `stepUp(…)`. The
 * `resource` values of the authorization request are named again, unless [configure] names some (RFC 8707 §2.2). Remove
 * the stored pending authorization before the call, so that nothing can use it twice.
 *
 * Throws [AuthorizationResponseException] where the server or the person refused; another [OAuthException] where
 * anything does not hold or the server cannot be reached. The code is sent once and never again.
 *
 * The page `docs/callback.md` shows what to store for it, and what to answer where it fails.
 */
public suspend fun OpenIdClient.authorizationCodeGrant(
    callbackUrl: String,
    pending: PendingAuthorization,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse = authorizationCodeGrant(AuthorizationCallback.url(callbackUrl), pending, configure)

/** The same for any callback, as a posted form. */
public suspend fun OpenIdClient.authorizationCodeGrant(
    callback: AuthorizationCallback,
    pending: PendingAuthorization,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    checkPending(pending)
    val expected =
        ExpectedCodeResponse(
            state = ExpectedState.Exactly(pending.state),
            nonce = pending.nonce,
            codeVerifier = pending.codeVerifier,
            redirectUri = pending.redirectUri,
            maxAge = pending.maxAge ?: metadata.defaultMaxAge,
            isIdTokenExpected = pending.nonce != null || pending.authentication.needsIdToken,
            requiredAcr = pending.authentication.requiredAcr,
            asked = AskedFor(pending.scope, pending.resource),
        )
    return exchange(callback, expected, configure)
}

/** The same with `state`, `nonce` and PKCE under the caller's own control. */
public suspend fun OpenIdClient.authorizationCodeGrant(
    callbackUrl: String,
    checks: AuthorizationCodeChecks,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse = authorizationCodeGrant(AuthorizationCallback.url(callbackUrl), checks, configure)

/**
 * The same for any callback, with `state`, `nonce` and PKCE under the caller's own control. With a security profile the
 * [checks] must have the PKCE verifier and must not skip `state`, else [IllegalArgumentException].
 */
public suspend fun OpenIdClient.authorizationCodeGrant(
    callback: AuthorizationCallback,
    checks: AuthorizationCodeChecks,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse {
    configuration.profile?.let { requireChecks(it, checks) }
    require(checks.expectedNonce?.isEmpty() != true) { "the expected nonce must not be empty" }
    require(checks.maxAge?.isNegative != true) { "the maximum age must not be negative, but is ${checks.maxAge}" }
    val expected =
        ExpectedCodeResponse(
            state = expectedState(checks),
            nonce = checks.expectedNonce,
            codeVerifier = checks.pkceCodeVerifier?.ifEmpty { null },
            redirectUri =
                requireNotNull(checks.redirectUri ?: callback.redirectUri) {
                    "the redirect URI is not known: set redirectUri in the checks, or give the callback with its URL"
                },
            maxAge = checks.maxAge ?: metadata.defaultMaxAge,
            isIdTokenExpected = checks.expectedNonce != null || checks.maxAge != null || checks.isIdTokenExpected,
        )
    return exchange(callback, expected, configure)
}

private fun requireChecks(
    profile: SecurityProfile,
    checks: AuthorizationCodeChecks,
) {
    require(!checks.isStateCheckSkipped) { "${profile.title}: the state check must not be skipped: set expectedState" }
    val verifier = checks.pkceCodeVerifier
    require(!verifier.isNullOrEmpty()) {
        "${profile.title}: the code must be bound by PKCE: set pkceCodeVerifier, and send its code_challenge"
    }
    Pkce(verifier)
}

internal fun expectedState(checks: AuthorizationCodeChecks): ExpectedState {
    val state = checks.expectedState
    return when {
        checks.isStateCheckSkipped -> ExpectedState.Any
        state == null -> ExpectedState.None
        else -> ExpectedState.Exactly(state)
    }
}

/** A callback for another client or server must not be exchanged here (mix-up), nor one that was left lying about. */
internal fun OpenIdClient.checkPending(pending: PendingAuthorization): Unit = beforeSending { requireOwn(pending) }

private fun OpenIdClient.requireOwn(pending: PendingAuthorization) {
    if (pending.issuer != server.issuer || pending.clientId != clientId) {
        throw ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the pending authorization is of client \"${printable(pending.clientId)}\" " +
                "at \"${printable(pending.issuer)}\", but this is client \"$clientId\" at \"${server.issuer}\"",
            subject = ValidationSubject.PENDING_AUTHORIZATION,
        )
    }
    val age = time.now - pending.createdAt.epochSecond
    val lifetime = configuration.pendingAuthorizationLifetime.seconds
    if (age < -maxOf(time.tolerance, LEAST_TOLERANCE)) {
        throw ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the pending authorization was made ${-age} seconds in the future, by the clock of this machine: " +
                "set the clocks of the machines that share it, or clockTolerance",
            subject = ValidationSubject.PENDING_AUTHORIZATION,
        )
    }
    if (age > lifetime) {
        throw ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the pending authorization is $age seconds old, but may be $lifetime: start the sign-in again",
            subject = ValidationSubject.PENDING_AUTHORIZATION,
        )
    }
}

/** The node that made the request may be ahead of the one that the callback comes to; nothing depends on that. */
private const val LEAST_TOLERANCE = 60L

private suspend fun OpenIdClient.exchange(
    callback: AuthorizationCallback,
    expected: ExpectedCodeResponse,
    configure: TokenRequestBuilder.() -> Unit,
): TokenResponse {
    val response = beforeSending { codeResponse(callback, expected) }
    val own =
        listOfNotNull(
            expected.redirectUri?.let { "redirect_uri" to it },
            "code" to response.code,
            expected.codeVerifier?.let { "code_verifier" to it },
        )
    val form = Parameters.of(*own.toTypedArray())
    return requestTokens("authorization_code", form, configure, authorized = expected.asked) { read ->
        checkIdToken(read, expected)
        if (response.idToken != null && read.idToken != null) checkSamePerson(read.idToken, response.idToken)
    }
}

private fun IdTokenValidation.checkIdToken(
    read: ReadTokens,
    expected: ExpectedCodeResponse,
) {
    val idToken = read.idToken
    if (idToken == null) {
        if (!expected.isIdTokenExpected) return checkAnsweredAcr(read, expected)
        throw InvalidResponseException(
            ErrorCode.INVALID_RESPONSE,
            "token response: an \"id_token\" is expected, but there is none (was \"openid\" in the scope?)",
        )
    }
    expected.maxAge?.let { checkAuthenticationAge(idToken, it) }
    val isTiedOtherwise = expected.codeVerifier != null && expected.state is ExpectedState.Exactly
    checkNonce(idToken, expected.nonce, mayBeMissing = isTiedOtherwise)
    val required = expected.requiredAcr ?: return
    val acr = text(idToken.claims["acr"]) ?: if (required.isOfAnswerToo) text(read.response["acr"]) else null
    checkAcr(acr, required.values)
}

/** RFC 9470 §5 leaves it to the resource server where nothing says how the person signed in. */
private fun IdTokenValidation.checkAnsweredAcr(
    read: ReadTokens,
    expected: ExpectedCodeResponse,
) {
    val acr = text(read.response["acr"]) ?: return
    expected.requiredAcr?.let { checkAcr(acr, it.values, kind = "token response") }
}
