package dev.openidclient.samples.recipes

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RegistrationException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.token.authorizationCodeGrant
import java.lang.System.Logger.Level

/**
 * What to tell the person whose sign-in failed; never `failure.error` or its description, which come out of the URL.
 * The `when` covers all: a new kind of error does not compile.
 */
fun explain(failure: OAuthException): String =
    when (failure) {
        is AuthorizationResponseException -> "You did not agree, or could not." // as access_denied
        is WwwAuthenticateChallengeException -> "Begin again." // the access token has ended
        is ValidationException -> "Begin again." // the sign-in was not begun here
        is ResponseBodyException ->
            if (failure.error == "invalid_grant") "That took too long: begin again." else "We are not set up well."
        is TransportException -> "The server does not answer: try again later."
        is TokenSourceException -> "Begin again." // what was kept is over, or cannot be read
        is InvalidResponseException, is DecryptionException -> "The server made a mistake."
        is MetadataException, is UnsupportedFeatureException -> "We are not set up well."
        is AuthorizationRequiredException -> "Begin again." // of agents: somebody must agree first
        // no part of a sign-in
        is RegistrationException, is ReplayCacheException, is RequestRefusedException -> "We are not set up well."
    }

/**
 * No message, `toString` or code has a secret in it: all may be logged. An `IllegalArgumentException` is a mistake in
 * this program, and cancellation is no failure: neither is caught here.
 */
suspend fun signInOrExplanation(
    client: OpenIdClient,
    callbackUrl: String,
    pending: PendingAuthorization,
): String =
    try {
        "Hello ${client.authorizationCodeGrant(callbackUrl, pending).claims?.subject}"
    } catch (e: OAuthException) {
        logger.log(Level.WARNING, "sign-in failed: ${e.code}", e)
        explain(e)
    }

private val logger = System.getLogger("sign-in")
