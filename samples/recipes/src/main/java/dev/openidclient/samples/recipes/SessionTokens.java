package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TokenSourceException;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

public final class SessionTokens {
    private static final Set<String> OVER = Set.of(ErrorCode.SIGN_IN_REQUIRED, ErrorCode.REFRESH_IN_DOUBT);

    private SessionTokens() {}

    /** One for the program, beside the client; close it before the client. */
    public static AsyncUserTokens sessionTokens(AsyncOpenIdClient client) {
        return AsyncUserTokens.of(client, settings -> settings.sessionLifetime(Duration.ofHours(8)));
    }

    /** After the sign-in. {@code sessionId} is random, and a secret of the browser's. */
    public static CompletableFuture<Void> keep(AsyncUserTokens users, String sessionId, TokenResponse issued) {
        return users.put(sessionId, issued);
    }

    /** In each request of the session; empty: the person has to sign in again. */
    public static CompletableFuture<Optional<TokenResponse>> usable(AsyncUserTokens users, String sessionId) {
        return users.source(sessionId).token().thenApply(Optional::of).exceptionally(failure -> {
            if (AsyncErrors.unwrap(failure) instanceof TokenSourceException e && OVER.contains(e.getCode())) {
                return Optional.empty();
            }
            throw new CompletionException(AsyncErrors.unwrap(failure));
        });
    }

    /** At the sign-out: forgotten here, and at the server. */
    public static CompletableFuture<Void> forget(AsyncUserTokens users, String sessionId) {
        return users.revoke(sessionId);
    }
}
