package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import dev.openidclient.testserver.TestServerSettings;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.Lease;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.StoredEntry;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncTokenStoreTest {
    private static final String SESSION = "the-session";

    /** A program's own store, over the one in memory. */
    private static final class OwnStore implements AsyncTokenStore {
        private final TokenStore store = new InMemoryTokenStore();
        final Map<String, String> values = new ConcurrentHashMap<>();
        volatile boolean isDown;
        final CompletableFuture<@Nullable StoredEntry> hanging = new CompletableFuture<>();
        volatile boolean hangs;

        private <T> CompletableFuture<T> call(Calls.Suspending<T> call) {
            return isDown ? failedFuture(new IllegalStateException("very-secret-value")) : Calls.UNOWNED.future(call);
        }

        @Override
        public CompletionStage<@Nullable StoredEntry> load(String id) {
            return hangs ? hanging : call(k -> store.load(id, k));
        }

        @Override
        public CompletionStage<?> put(String id, String value, Duration lifetime) {
            values.put(id, value);
            return call(k -> store.put(id, value, lifetime, k));
        }

        @Override
        public CompletionStage<Lease> lease(String id, long version, String owner, Duration duration) {
            return call(k -> store.lease(id, version, owner, duration, k));
        }

        @Override
        public CompletionStage<Boolean> renew(String id, long version, String owner, Duration duration) {
            return call(k -> store.renew(id, version, owner, duration, k));
        }

        @Override
        public CompletionStage<Boolean> commit(String id, long version, String value, Duration lifetime) {
            values.put(id, value);
            return call(k -> store.commit(id, version, value, lifetime, k));
        }

        @Override
        public CompletionStage<?> release(String id, long version, String owner) {
            return call(k -> store.release(id, version, owner, k));
        }

        @Override
        public CompletionStage<?> remove(String id) {
            return call(k -> store.remove(id, k));
        }

        @Override
        public CompletionStage<@Nullable String> take(String id) {
            return call(k -> store.take(id, k));
        }
    }

    private final TokenSourceFixture fixture = new TokenSourceFixture(TestServerSettings::rotateRefreshTokens);
    private final OwnStore store = new OwnStore();
    private final TokenCipher cipher = TokenCipher.of(new StoreKey("k", bytes()));

    private static byte[] bytes() {
        byte[] bytes = new byte[32];
        new java.security.SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private AsyncUserTokens instance(TokenCipher cipher) {
        return AsyncUserTokens.of(
                fixture.client,
                settings -> settings.store(AsyncTokenStore.toTokenStore(store), cipher)
                        .nearCopy(Duration.ZERO)
                        .storeTimeout(Duration.ofMillis(300)));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    @DisplayName("two instances share a session in a store of the program's own, where nothing of it can be read")
    void shares() throws Exception {
        AsyncUserTokens one = instance(cipher);
        AsyncUserTokens other = instance(cipher);
        TokenResponse tokens = fixture.server.tokens();

        success(one.put(SESSION, tokens));
        AsyncTokenSource source = other.source(SESSION);
        source.invalidate(success(source.token()));
        TokenResponse renewed = success(source.token());

        assertNotEquals(tokens.getAccessToken(), renewed.getAccessToken());
        assertEquals(
                renewed.getAccessToken(), success(one.source(SESSION).token()).getAccessToken());
        assertEquals(1, fixture.tokenRequests());
        String value = store.values.values().iterator().next();
        assertTrue(value.startsWith("v1.k."), value);
        success(one.remove(SESSION));
        assertNull(success(other.load(SESSION)));
    }

    @Test
    @DisplayName("two instances share the tokens of the service itself, and exchanged ones")
    void sharesOthers() throws Exception {
        TokenStore shared = AsyncTokenStore.toTokenStore(store);
        String incoming = fixture.server.tokens().getAccessToken();
        for (int instance = 0; instance < 2; instance++) {
            try (var service = AsyncClientCredentialsTokens.of(
                            fixture.client, s -> s.store(shared, cipher).nearCopy(Duration.ofSeconds(1)));
                    var billing = AsyncExchangedTokens.tokenExchange(
                            fixture.client,
                            s -> s.store(shared, cipher).namespace("billing").audience("billing"))) {
                success(service.source(r -> r.scope("read")).token());
                success(billing.source(incoming).token());
            }
        }

        assertEquals(2, fixture.tokenRequests());
        assertEquals(2, store.values.size());
    }

    @Test
    @DisplayName("a store that fails is an outage, and what it says reaches nobody")
    void fails() throws Exception {
        AsyncUserTokens sessions = instance(cipher);
        store.isDown = true;

        OAuthException failure =
                failure(OAuthException.class, sessions.source(SESSION).token());

        assertEquals(ErrorCode.TOKEN_STORE_FAILED, failure.getCode());
        assertFalse(failure.toString().contains("very-secret-value"));
    }

    @Test
    @DisplayName("a store that does not answer in time is told so, and is an outage")
    void hangs() throws Exception {
        AsyncUserTokens sessions = instance(cipher);
        store.hangs = true;

        OAuthException failure =
                failure(OAuthException.class, sessions.source(SESSION).token());

        assertEquals(ErrorCode.TOKEN_STORE_FAILED, failure.getCode());
        assertTrue(store.hanging.isCancelled());
    }

    @Test
    @DisplayName("a cipher of the program's own seals and opens; what it does not know is unreadable")
    void ownCipher() throws Exception {
        TokenCipher own = AsyncTokenCipher.toTokenCipher(new AsyncTokenCipher() {
            @Override
            public CompletionStage<String> seal(String id, String plaintext) {
                return completedFuture("own." + id + "." + new StringBuilder(plaintext).reverse());
            }

            @Override
            public CompletionStage<String> open(String id, String sealed) {
                String prefix = "own." + id + ".";
                return sealed.startsWith(prefix)
                        ? completedFuture(new StringBuilder(sealed.substring(prefix.length()))
                                .reverse()
                                .toString())
                        : failedFuture(new IllegalArgumentException("not sealed here"));
            }
        });
        AsyncUserTokens sessions = instance(own);
        TokenResponse tokens = fixture.server.tokens();

        success(sessions.put(SESSION, tokens));

        assertEquals(tokens, success(instance(own).load(SESSION)));
        OAuthException failure = failure(OAuthException.class, instance(cipher).load(SESSION));
        assertEquals(ErrorCode.TOKEN_STORE_UNREADABLE, failure.getCode());
    }
}
