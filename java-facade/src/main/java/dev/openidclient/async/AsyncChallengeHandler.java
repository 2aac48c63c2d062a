package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.resource.ChallengeHandler;
import dev.openidclient.resource.ChallengedRequest;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AsyncTokenSource} that also answers what a resource server challenges, as with more scopes or another sign-in
 * of the person: a {@link ChallengeHandler} for Java. An {@link AsyncResourceAccess} sends a request without a token where
 * there is none yet, and asks it what a refusal is worth. {@link AsyncInteractiveTokens} is one.
 */
public interface AsyncChallengeHandler extends AsyncTokenSource {
    /**
     * A token for a request to {@code url} that is usable now; null where there is none yet, or none for {@code url}: the
     * request then goes out without one, and the answer says what is missing. Fails as {@link #token} does where there
     * ought to be one and it cannot be had.
     */
    CompletionStage<@Nullable TokenResponse> tokenFor(String url);

    /**
     * Does what {@code refused} asks for, and brings whether the request is worth another send; false: the answer is the
     * caller's. Fails where it cannot be done, and the caller of the request gets that.
     */
    CompletionStage<Boolean> answer(ChallengedRequest refused);

    /** {@code handler} as the library takes it. */
    static ChallengeHandler toChallengeHandler(AsyncChallengeHandler handler) {
        return SourceView.toChallengeHandler(requireNonNull(handler, "handler"));
    }
}
