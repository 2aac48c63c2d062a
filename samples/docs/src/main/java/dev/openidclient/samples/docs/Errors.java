package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;

public final class Errors {
    private Errors() {}

    /** What the person sees after the callback. */
    public static CompletableFuture<String> pageAfterCallback(
            AsyncOpenIdClient client, String callbackUrl, PendingAuthorization pending, Logger log) {
        // region callback
        var page = client.authorizationCodeGrant(callbackUrl, pending)
                .thenApply(tokens -> "Hello " + tokens.getClaims().getSubject())
                .exceptionally(failure -> {
                    if (!(AsyncErrors.unwrap(failure) instanceof OAuthException e)) {
                        throw new CompletionException(failure);
                    }
                    log.warn("sign-in failed: {}", e.getCode(), e);
                    if (e instanceof AuthorizationResponseException) return "You did not agree, or could not.";
                    return e instanceof TransportException ? "Try again later." : "Please begin again.";
                });
        // endregion
        return page;
    }

    // region refresh
    /** The refresh token to keep after a refresh that failed; none: the person must sign in again. */
    static Optional<String> refreshTokenToKeep(String earlier, OAuthException failure) {
        if (failure instanceof ResponseBodyException refused
                && refused.getError().equals("invalid_grant")) {
            return Optional.empty(); // expired, revoked, or used up
        }
        if (failure instanceof ValidationException invalid
                && Set.of("claim:sub", "claim:iss").contains(String.valueOf(invalid.getSubject()))) {
            return Optional.empty(); // what came is another person's
        }
        var issued = failure.getUnacceptedTokens(); // one that came replaces it, though the answer is refused
        return Optional.of(issued == null || issued.getRefreshToken() == null ? earlier : issued.getRefreshToken());
    }
    // endregion
}
