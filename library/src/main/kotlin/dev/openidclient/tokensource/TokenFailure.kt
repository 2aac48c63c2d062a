package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.TransportException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.event.FailureClass
import dev.openidclient.http.RetryAfter
import java.io.IOException
import java.time.Duration
import java.time.Instant

private const val OK = 200
private const val BAD_REQUEST = 400
private const val TOO_MANY_REQUESTS = 429
private const val SERVICE_UNAVAILABLE = 503
private val SUCCESS = 200..299
private val SERVER_ERRORS = 500..599

private const val INVALID_GRANT = "invalid_grant"

/** Errors of a server that pass by themselves, whatever the status. */
private val PASSING = setOf("temporarily_unavailable", "server_error", "slow_down")

/** What kind of failure it is that no token was obtained for the client itself, or in exchange. */
internal fun failureClassOf(failure: Throwable): FailureClass =
    when {
        failure is TokenSourceException -> classOf(failure)
        failure is TransportException || failure is IOException -> FailureClass.OUTAGE
        isPassing(failure) -> FailureClass.OUTAGE
        else -> FailureClass.CONFIGURATION
    }

/** The same of an exchange, whose subject token may be refused. */
internal fun exchangeFailureClassOf(failure: Throwable): FailureClass =
    if (isInvalidGrant(failure)) FailureClass.SUBJECT_REFUSED else failureClassOf(failure)

/**
 * What kind of failure it is that a refresh token brought no tokens. In doubt: the server may have replaced it, and the
 * answer is lost, or cannot be used, and brought no new one.
 */
internal fun refreshFailureClassOf(failure: Throwable): FailureClass =
    when {
        failure !is OAuthException -> FailureClass.DOUBT
        failure.reached == Reached.NO -> failureClassOf(failure)
        isInvalidGrant(failure) -> FailureClass.SESSION_OVER
        // nothing is lost where the answer that is refused here brought another one
        replacementIn(failure) != null -> FailureClass.CONFIGURATION
        failure is TransportException -> FailureClass.DOUBT
        else -> answeredClassOf(failure)
    }

private fun answeredClassOf(failure: OAuthException): FailureClass =
    when (val status = statusOf(failure)) {
        // the answer was a success, and what it holds is refused here
        null, in SUCCESS -> FailureClass.DOUBT
        TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE -> FailureClass.OUTAGE
        in SERVER_ERRORS -> FailureClass.DOUBT
        else -> if (isPassing(failure, status)) FailureClass.OUTAGE else FailureClass.CONFIGURATION
    }

/** The refresh token that came with an answer that was refused: the server has replaced the one that was sent. */
internal fun replacementIn(failure: Throwable): String? =
    (failure as? OAuthException)?.unacceptedTokens?.refreshToken?.takeIf(String::isNotEmpty)

private fun classOf(failure: TokenSourceException): FailureClass =
    when (failure.code) {
        ErrorCode.SIGN_IN_REQUIRED -> FailureClass.SESSION_OVER
        ErrorCode.REFRESH_IN_DOUBT -> FailureClass.DOUBT
        else -> FailureClass.STORE
    }

private fun isPassing(failure: Throwable): Boolean = statusOf(failure)?.let { isPassing(failure, it) } == true

private fun isPassing(
    failure: Throwable,
    status: Int,
): Boolean = status in SERVER_ERRORS || status == TOO_MANY_REQUESTS || errorOf(failure) in PASSING

private fun isInvalidGrant(failure: Throwable): Boolean =
    failure is ResponseBodyException && failure.error == INVALID_GRANT && failure.status !in SERVER_ERRORS

private fun errorOf(failure: Throwable): String? =
    when (failure) {
        is ResponseBodyException -> failure.error
        is WwwAuthenticateChallengeException -> failure.error
        else -> null
    }

/** The status of the answer; null where the failure is not about an answer as such. An error with 200 counts as 400. */
internal fun statusOf(failure: Throwable): Int? =
    when (failure) {
        is ResponseBodyException -> failure.status.let { if (it == OK) BAD_REQUEST else it }
        is WwwAuthenticateChallengeException -> failure.status
        is InvalidResponseException -> failure.status
        else -> null
    }

/** How long the server wants to be left alone, [longest] at the most; zero where it does not say. */
internal fun retryAfterOf(
    failure: Throwable,
    now: Instant,
    longest: Duration,
): Duration {
    val header =
        when (val refusal = if (failure is TokenSourceException) failure.cause else failure) {
            is ResponseBodyException -> refusal.retryAfter
            is WwwAuthenticateChallengeException -> refusal.retryAfter
            is InvalidResponseException -> refusal.retryAfter
            else -> null
        }
    return minOf(header?.let { RetryAfter.parse(it, now) } ?: Duration.ZERO, longest)
}
