package dev.openidclient.logout

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.http.Parameters
import dev.openidclient.token.IdTokenClaims

/**
 * Checks what came to the `frontchannel_logout_uri`, in a frame of the person's browser: that it is about [session],
 * the claims of the sign-in in that browser ([OpenID Connect Front-Channel Logout
 * §3](https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout)). Returns where the session is to be
 * ended. Prefer [verifyLogoutToken]: browsers that keep cookies from frames never let this reach the session.
 *
 * [query] are the parameters of the URL. `iss` and `sid` must be those of [session]; they may both be absent, unless
 * `frontchannel_logout_session_required` of the client metadata says otherwise, and then any page can end the session.
 *
 * Throws [ValidationException] with [ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED] where the logout is not about
 * [session]: nothing is to be ended then. Throws [InvalidResponseException] where a parameter comes twice.
 *
 * The page `docs/logout.md` compares the ways.
 */
public fun OpenIdClient.verifyFrontChannelLogout(
    query: Parameters,
    session: IdTokenClaims,
) {
    val issuer = query.single("iss")
    val sessionId = query.single("sid")
    if (issuer == null && sessionId == null && !metadata.frontchannelLogoutSessionRequired) return
    requireSame("iss", issuer, session.issuer, ValidationSubject.ISS)
    requireSame("sid", sessionId, session.sessionId, ValidationSubject.claim("sid"))
}

private fun requireSame(
    name: String,
    received: String?,
    expected: String?,
    subject: String,
) {
    val why =
        when {
            received == null -> "must be there"
            expected == null -> "cannot be compared, for the ID Token of the session has none"
            received != expected -> "is not the session's"
            else -> return
        }
    throw ValidationException(
        ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
        "the front-channel logout is not about this session: \"$name\" $why",
        subject = subject,
    )
}
