package dev.openidclient.samples.docs

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import org.slf4j.Logger

/** What the person sees after the callback. */
suspend fun pageAfterCallback(
    client: OpenIdClient,
    callbackUrl: String,
    pending: PendingAuthorization,
    log: Logger,
): String {
    // region callback
    val page =
        try {
            val tokens = client.authorizationCodeGrant(callbackUrl, pending)
            "Hello ${tokens.claims?.subject}"
        } catch (e: AuthorizationResponseException) {
            if (e.error == "access_denied") "You did not agree." else "The sign-in did not succeed."
        } catch (e: OAuthException) {
            log.warn("sign-in failed: {}", e.code, e)
            if (e is TransportException) "Try again later." else "Please begin again."
        }
    // endregion
    return page
}

// region refresh

/** The refresh token to keep after a refresh that failed; null: the person must sign in again. */
fun refreshTokenToKeep(
    earlier: String,
    failure: OAuthException,
): String? =
    when {
        failure is ResponseBodyException && failure.error == "invalid_grant" -> null // expired, revoked, or used up
        // what came is another person's
        failure is ValidationException && failure.subject in setOf("claim:sub", "claim:iss") -> null
        // one that came replaces it, though the answer is refused
        else -> failure.unacceptedTokens?.refreshToken ?: earlier
    }
// endregion
