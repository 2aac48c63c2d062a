package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What a failed future failed with.
 *
 * <p>The page {@code docs/errors.md} says for each kind of failure what to do.
 */
public final class AsyncErrors {
    private AsyncErrors() {}

    /**
     * The failure itself, an {@link dev.openidclient.error.OAuthException} as a rule, without the {@link
     * CompletionException} or {@link ExecutionException} that {@code join}, {@code get} and dependent stages put around
     * it. A failure that has none around it, or one without a cause, is returned as it is.
     */
    public static Throwable unwrap(Throwable failure) {
        Throwable unwrapped = requireNonNull(failure, "failure");
        while (unwrapped instanceof CompletionException || unwrapped instanceof ExecutionException) {
            Throwable cause = unwrapped.getCause();
            if (cause == null) {
                return unwrapped;
            }
            unwrapped = cause;
        }
        return unwrapped;
    }
}
