package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

public final class RefreshTokens {
    private RefreshTokens() {}

    /**
     * Empty: the person has to sign in again. Store what comes in place of {@code tokens}, for most servers take a
     * refresh token once; so let one request at a time refresh the tokens of a person.
     *
     * <p>A refresh token is there where the server gives one: for most, where the sign-in asked for {@code
     * offline_access}.
     */
    public static CompletableFuture<Optional<TokenResponse>> refresh(AsyncOpenIdClient client, TokenResponse tokens) {
        return client.refreshTokenGrant(tokens).thenApply(Optional::of).exceptionally(failure -> {
            if (AsyncErrors.unwrap(failure) instanceof ResponseBodyException refused
                    && refused.getError().equals("invalid_grant")) {
                return Optional.empty(); // expired, revoked, or used before
            }
            throw new CompletionException(AsyncErrors.unwrap(failure));
        });
    }

    /** Whether it is time: a little before the end, as the next request takes time too. */
    public static boolean isDue(TokenResponse tokens) {
        return tokens.isExpiring(Duration.ofSeconds(30));
    }
}
