package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.tokenstore.ReplayCache;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncReplayCacheTest {
    private static final Instant LATER = Instant.now().plusSeconds(60);

    /** A program's own. */
    private static final class OwnCache implements AsyncReplayCache {
        final Map<String, Instant> seen = new ConcurrentHashMap<>();

        @Override
        public CompletionStage<Boolean> register(String key, Instant until) {
            return completedFuture(seen.putIfAbsent(key, until) == null);
        }

        @Override
        public String toString() {
            return "OwnCache";
        }
    }

    private static CompletableFuture<Boolean> register(AsyncReplayCache cache) {
        ReplayCache view = AsyncReplayCache.toReplayCache(cache);
        return Calls.UNOWNED.future(k -> view.register("a-key", LATER, k));
    }

    @Test
    @DisplayName("a cache with futures is asked as one that suspends")
    void asks() throws Exception {
        OwnCache cache = new OwnCache();

        assertTrue(success(register(cache)));
        assertFalse(success(register(cache)));
        assertEquals(Map.of("a-key", LATER), cache.seen);
        assertEquals("OwnCache", AsyncReplayCache.toReplayCache(cache).toString());
    }

    @Test
    @DisplayName("what a stage fails with is what the one who asks gets, and null is a failure too")
    void fails() {
        IllegalStateException down = new IllegalStateException("down");

        assertEquals(down, failure(IllegalStateException.class, register((key, until) -> failedFuture(down))));
        assertEquals(
                "the replay cache completed with null",
                failure(NullPointerException.class, register((key, until) -> completedFuture(null)))
                        .getMessage());
    }
}
