package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.Lease;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.StoredEntry;
import dev.openidclient.tokenstore.TokenCipher;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncPendingAuthorizationsTest {
    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final InMemoryTokenStore store = new InMemoryTokenStore();
    private final TokenCipher cipher = TokenCipher.of(new StoreKey("k", bytes()));
    private final AuthorizationRequest request =
            fixture.client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback"));

    private static byte[] bytes() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    @DisplayName("what one instance began another one takes, once over both")
    void takenOnce() throws Exception {
        var one = AsyncPendingAuthorizations.of(store, cipher);
        var other = AsyncPendingAuthorizations.of(store, cipher);
        String handle = success(one.begin(request));

        assertEquals(request.getPending(), success(other.take(handle)));
        assertNull(success(one.take(handle)));
    }

    @Test
    @DisplayName("it is kept in memory without a cipher too, and what is no handle is null")
    void inMemory() throws Exception {
        var all = AsyncPendingAuthorizations.of(store);
        String handle = success(all.begin(request.getPending()));

        for (String other : List.of("", "x", handle + "x", "\u0000".repeat(43))) {
            assertNull(success(all.take(other)));
        }
        assertEquals(request.getPending(), success(all.take(handle)));
        assertFalse(all.toString().contains(handle));
    }

    @Test
    @DisplayName("what a store of the program's own fails with is told as an outage, without a word of it")
    void outage() throws Exception {
        var store = AsyncTokenStore.toTokenStore(new FailingStore());
        var all = AsyncPendingAuthorizations.of(store, cipher, s -> s.storeTimeout(Duration.ofMillis(300)));
        OAuthException failure = failure(OAuthException.class, all.begin(request));

        assertEquals(ErrorCode.TOKEN_STORE_FAILED, failure.getCode());
        assertFalse(String.valueOf(failure.getMessage()).contains("very-secret"));
    }

    @Test
    @DisplayName("settings that contradict themselves are refused")
    void settings() {
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncPendingAuthorizations.of(
                        store,
                        s -> s.pendingAuthorizationLifetime(Duration.ZERO).namespace("a")));
    }

    /** Fails in every function. */
    private static final class FailingStore implements AsyncTokenStore {
        private static <T> CompletionStage<T> failed() {
            return failedFuture(new IllegalStateException("very-secret"));
        }

        @Override
        public CompletionStage<@Nullable StoredEntry> load(String id) {
            return completedFuture(null);
        }

        @Override
        public CompletionStage<?> put(String id, String value, Duration lifetime) {
            return failed();
        }

        @Override
        public CompletionStage<Lease> lease(String id, long version, String owner, Duration duration) {
            return failed();
        }

        @Override
        public CompletionStage<Boolean> renew(String id, long version, String owner, Duration duration) {
            return failed();
        }

        @Override
        public CompletionStage<Boolean> commit(String id, long version, String value, Duration lifetime) {
            return failed();
        }

        @Override
        public CompletionStage<?> release(String id, long version, String owner) {
            return failed();
        }

        @Override
        public CompletionStage<?> remove(String id) {
            return failed();
        }

        @Override
        public CompletionStage<@Nullable String> take(String id) {
            return failed();
        }
    }
}
