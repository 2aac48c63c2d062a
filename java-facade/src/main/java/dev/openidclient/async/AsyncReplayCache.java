package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.tokenstore.ReplayCache;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what may come once only, as the {@code jti} of a logout token (<a
 * href="https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation">OpenID Connect Back-Channel Logout
 * §2.6</a>), for all instances that share it: a {@link ReplayCache} for Java, with the same duties.
 *
 * <p>Keys are URL-safe text of at most 128 characters, from which nothing can be told. The function may be called from
 * many threads at once, and must not block. Whoever cannot remember a key must fail, and never answer true: whatever the
 * stage fails with, what was to be judged is refused for the time being. {@code ReplayCacheContract} of {@code
 * openid-client-testing} is the test that every cache passes. The page {@code docs/logout.md} shows where it is asked.
 */
@FunctionalInterface
public interface AsyncReplayCache {
    /**
     * Remembers {@code key} until {@code until} at least: true; false where it is remembered already, which changes
     * nothing. One atomic step: of several callers with the same key one gets true. What {@code until} has passed for need
     * not be remembered: true.
     */
    CompletionStage<Boolean> register(String key, Instant until);

    /** {@code cache} as the library takes it. */
    static ReplayCache toReplayCache(AsyncReplayCache cache) {
        requireNonNull(cache, "cache");
        return new ReplayCache() {
            @Override
            public @Nullable Object register(String key, Instant until, Continuation<? super Boolean> continuation) {
                return AwaitedStage.await(cache.register(key, until), "the replay cache", continuation);
            }

            @Override
            public String toString() {
                return cache.toString();
            }
        };
    }
}
