package dev.openidclient.samples.javaweb;

import dev.openidclient.error.AuthorizationRequiredException;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ReplayCacheException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TokenSourceException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.ValidationSubject;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import io.javalin.http.HttpStatus;
import java.util.Set;

/** What a person is told. No text of the exception and nothing that came in a URL: those are for the log. */
enum Explanation {
    DENIED(
            HttpStatus.FORBIDDEN,
            "You did not allow it",
            "So you are not signed in here. You can try again at any time."),
    SIGN_IN_OVER(
            HttpStatus.BAD_REQUEST,
            "This sign-in is over",
            "It was finished already, it took too long, or it began in another browser."),
    NOT_TRUSTED(
            HttpStatus.BAD_REQUEST,
            "This sign-in could not be verified",
            "The answer does not belong to the sign-in that began here, or it came too late. Please begin again."),
    NOT_SIGNED_IN(HttpStatus.UNAUTHORIZED, "You are not signed in", "Please sign in to see this page."),
    NO_LONGER_ACCEPTED(
            HttpStatus.UNAUTHORIZED,
            "Your sign-in is no longer accepted",
            "It has expired or was withdrawn. Please sign in again."),
    NOT_ALLOWED(
            HttpStatus.FORBIDDEN,
            "This needs your consent",
            "You did not allow it when you signed in. Sign out and in again to allow it."),
    FORM_OUTDATED(HttpStatus.FORBIDDEN, "This form is out of date", "Please go back to the page and try again."),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such page", "The address may be mistyped."),
    NO_ANSWER(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The authorization server does not answer",
            "Please try again in a moment."),
    SERVER_FAULT(
            HttpStatus.BAD_GATEWAY,
            "The authorization server made a mistake",
            "That is nothing you did. Please try again later."),
    OWN_FAULT(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "This application made a mistake",
            "That is nothing you did. Please try again later.");

    /** The callback answers no sign-in that this browser has begun and not finished. */
    private static final Set<String> BEGUN_NOWHERE =
            Set.of(ValidationSubject.PENDING_AUTHORIZATION, ValidationSubject.STATE);

    private final HttpStatus status;
    private final String title;
    private final String text;

    Explanation(HttpStatus status, String title, String text) {
        this.status = status;
        this.title = title;
        this.text = text;
    }

    static Explanation of(OAuthException failure) {
        if (failure instanceof AuthorizationResponseException e) {
            return e.getError().equals("access_denied") ? DENIED : SERVER_FAULT;
        }
        if (failure instanceof ResponseBodyException e) {
            return e.getError().equals("invalid_grant") ? NO_LONGER_ACCEPTED : SERVER_FAULT;
        }
        if (failure instanceof WwwAuthenticateChallengeException e) {
            return e.getChallenges().stream().anyMatch(it -> "insufficient_scope".equals(it.getError()))
                    ? NOT_ALLOWED
                    : NO_LONGER_ACCEPTED;
        }
        if (failure instanceof ValidationException e) {
            return BEGUN_NOWHERE.contains(String.valueOf(e.getSubject())) ? SIGN_IN_OVER : NOT_TRUSTED;
        }
        if (failure instanceof TransportException || failure.getCode().equals(ErrorCode.REFRESH_IN_DOUBT)) {
            return NO_ANSWER;
        }
        if (failure instanceof TokenSourceException e) {
            return e.getCode().equals(ErrorCode.SIGN_IN_REQUIRED) ? NO_LONGER_ACCEPTED : OWN_FAULT;
        }
        boolean isOwn = failure instanceof ReplayCacheException
                || failure instanceof RequestRefusedException
                || failure instanceof AuthorizationRequiredException;
        return isOwn ? OWN_FAULT : SERVER_FAULT;
    }

    HttpStatus status() {
        return status;
    }

    String title() {
        return title;
    }

    String text() {
        return text;
    }
}
