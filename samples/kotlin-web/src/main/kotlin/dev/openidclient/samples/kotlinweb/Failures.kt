package dev.openidclient.samples.kotlinweb

import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
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
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallengeException
import io.ktor.http.HttpStatusCode

/** This application refuses the request, for the reason that [explanation] gives. */
class RefusedException(
    val explanation: Explanation,
) : RuntimeException(explanation.title)

/** What a person is told. No text of the exception and nothing that came in a URL: those are for the log. */
enum class Explanation(
    val status: HttpStatusCode,
    val title: String,
    val text: String,
) {
    DENIED(
        HttpStatusCode.Forbidden,
        "You did not allow it",
        "So you are not signed in here. You can try again at any time.",
    ),
    SIGN_IN_OVER(
        HttpStatusCode.BadRequest,
        "This sign-in is over",
        "It was finished already, it took too long, or it began in another browser.",
    ),
    NOT_TRUSTED(
        HttpStatusCode.BadRequest,
        "This sign-in could not be verified",
        "The answer does not belong to the sign-in that began here, or it came too late. Please begin again.",
    ),
    NOT_SIGNED_IN(HttpStatusCode.Unauthorized, "You are not signed in", "Please sign in to see this page."),
    NO_LONGER_ACCEPTED(
        HttpStatusCode.Unauthorized,
        "Your sign-in is no longer accepted",
        "It has expired or was withdrawn. Please sign in again.",
    ),
    NOT_ALLOWED(
        HttpStatusCode.Forbidden,
        "This needs your consent",
        "You did not allow it when you signed in. Sign out and in again to allow it.",
    ),
    FORM_OUTDATED(HttpStatusCode.Forbidden, "This form is out of date", "Please go back to the page and try again."),
    NOT_FOUND(HttpStatusCode.NotFound, "There is no such page", "The address may be mistyped."),
    NO_ANSWER(
        HttpStatusCode.ServiceUnavailable,
        "The authorization server does not answer",
        "Please try again in a moment.",
    ),
    SERVER_FAULT(
        HttpStatusCode.BadGateway,
        "The authorization server made a mistake",
        "That is nothing you did. Please try again later.",
    ),
    OWN_FAULT(
        HttpStatusCode.InternalServerError,
        "This application made a mistake",
        "That is nothing you did. Please try again later.",
    ),
    ;

    companion object {
        /** The callback answers no sign-in that this browser has begun and not finished. */
        private val BEGUN_NOWHERE = setOf(ValidationSubject.PENDING_AUTHORIZATION, ValidationSubject.STATE)

        fun of(failure: OAuthException): Explanation =
            when (failure) {
                is AuthorizationResponseException -> if (failure.error == "access_denied") DENIED else SERVER_FAULT
                is ResponseBodyException -> if (failure.error == "invalid_grant") NO_LONGER_ACCEPTED else SERVER_FAULT
                is WwwAuthenticateChallengeException ->
                    if (failure.challenges.any { it.error == "insufficient_scope" }) NOT_ALLOWED else NO_LONGER_ACCEPTED
                is ValidationException -> if (failure.subject in BEGUN_NOWHERE) SIGN_IN_OVER else NOT_TRUSTED
                is TransportException -> NO_ANSWER
                is TokenSourceException ->
                    when (failure.code) {
                        ErrorCode.SIGN_IN_REQUIRED -> NO_LONGER_ACCEPTED
                        ErrorCode.REFRESH_IN_DOUBT -> NO_ANSWER
                        else -> OWN_FAULT // the application's own store
                    }
                is ReplayCacheException, is RequestRefusedException, is AuthorizationRequiredException -> OWN_FAULT
                is InvalidResponseException,
                is MetadataException,
                is UnsupportedFeatureException,
                is DecryptionException,
                is RegistrationException,
                -> SERVER_FAULT
            }
    }
}
