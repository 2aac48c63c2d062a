package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

public final class UserInfoClaims {
    private UserInfoClaims() {}

    /** More about the person than the ID Token says. The answer is refused where it is about another person. */
    public static CompletableFuture<Optional<String>> emailOf(AsyncOpenIdClient client, TokenResponse tokens) {
        // An address that the server has not verified proves nothing: never find an account by it.
        return client.userInfo(tokens)
                .thenApply(user -> Boolean.TRUE.equals(user.getEmailVerified())
                        ? Optional.ofNullable(user.getEmail())
                        : Optional.empty());
    }

    /** Where only the access token and the person's {@code sub} were stored. */
    public static CompletableFuture<Map<String, Object>> profileOf(
            AsyncOpenIdClient client, String accessToken, String subject) {
        return client.userInfo(accessToken, subject).thenApply(user -> user.toMap());
    }
}
