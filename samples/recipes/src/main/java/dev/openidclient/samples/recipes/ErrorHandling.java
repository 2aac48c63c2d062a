package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TokenSourceException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

public final class ErrorHandling {
    private ErrorHandling() {}

    private static final System.Logger LOGGER = System.getLogger("sign-in");

    /** What to tell the person whose sign-in failed; never the server's own texts, which come out of the URL. */
    public static String explain(OAuthException failure) {
        if (failure instanceof AuthorizationResponseException) { // as access_denied
            return "You did not agree, or could not.";
        }
        if (failure instanceof WwwAuthenticateChallengeException
                || failure instanceof ValidationException
                || failure instanceof TokenSourceException) {
            return "Begin again."; // the access token has ended; the sign-in was not begun here; what was kept is over
        }
        if (failure instanceof ResponseBodyException refused
                && refused.getError().equals("invalid_grant")) {
            return "That took too long: begin again.";
        }
        return failure instanceof TransportException
                ? "The server does not answer: try again later."
                : "The server made a mistake, or we are not set up well.";
    }

    /**
     * No message, {@code toString} or code has a secret in it: all may be logged. An {@code IllegalArgumentException}
     * is a mistake in this program, and cancellation is no failure: neither is explained.
     */
    public static CompletableFuture<String> signInOrExplanation(
            AsyncOpenIdClient client, String callbackUrl, PendingAuthorization pending) {
        return client.authorizationCodeGrant(callbackUrl, pending)
                .thenApply(tokens -> "Hello " + tokens.getClaims().getSubject())
                .exceptionally(failure -> {
                    // without it the failure may be wrapped in a CompletionException
                    if (AsyncErrors.unwrap(failure) instanceof OAuthException refused) {
                        LOGGER.log(Level.WARNING, "sign-in failed: " + refused.getCode(), refused);
                        return explain(refused);
                    }
                    throw new CompletionException(AsyncErrors.unwrap(failure));
                });
    }
}
