package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.TokenState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncTokenSourceTest {
    /** What a program implements by itself. */
    private static final class Own implements AsyncTokenSource {
        final List<TokenResponse> refused = new ArrayList<>();
        final CompletableFuture<TokenResponse> answer = new CompletableFuture<>();

        @Override
        public CompletableFuture<TokenResponse> token() {
            return answer;
        }

        @Override
        public void invalidate(TokenResponse tokens) {
            refused.add(tokens);
        }

        @Override
        public TokenState state() {
            return TokenState.Fresh.INSTANCE;
        }
    }

    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final TokenResponse tokens = fixture.server.tokens();

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    @DisplayName("what a program brings is asked for once, kept, and handed out at once")
    void keeps() throws Exception {
        var count = new AtomicInteger();
        var answer = new CompletableFuture<TokenResponse>();
        try (var source = AsyncTokenSource.of(() -> {
            count.incrementAndGet();
            return answer;
        })) {
            var first = source.token();
            var second = source.token();
            answer.complete(tokens);

            assertSame(tokens, success(first));
            assertSame(tokens, success(second));
            assertTrue(source.token().isDone());
            assertEquals(1, count.get());
            assertSame(TokenState.Fresh.INSTANCE, source.state());
            source.invalidate(tokens);
            success(source.token());
            assertEquals(2, count.get());
        }
    }

    @Test
    @DisplayName("cancelling one future leaves what brings the tokens alone")
    void cancelledWaiter() throws Exception {
        var answer = new CompletableFuture<TokenResponse>();
        try (var source = AsyncTokenSource.of(() -> answer)) {
            var first = source.token();
            var second = source.token();

            first.cancel(true);
            answer.complete(tokens);

            assertSame(tokens, success(second));
            assertFalse(answer.isCancelled());
        }
    }

    @Test
    @DisplayName("what fails to bring tokens fails the future with its own exception, and is held back")
    void failing() throws Exception {
        var count = new AtomicInteger();
        try (var source = AsyncTokenSource.of(() -> {
            count.incrementAndGet();
            return CompletableFuture.failedFuture(new IOException("no such file"));
        })) {
            assertEquals(
                    "no such file", failure(IOException.class, source.token()).getMessage());
            failure(IOException.class, source.token());
            assertEquals(1, count.get());
        }
    }

    @Test
    @DisplayName("what throws, returns null or completes with null is a failure of the future")
    void broken() throws Exception {
        try (var throwing = AsyncTokenSource.of(() -> {
                    throw new IllegalStateException("broken");
                });
                var ofNull = AsyncTokenSource.of(() -> null);
                var completedWithNull = AsyncTokenSource.of(() -> CompletableFuture.completedFuture(null))) {
            assertEquals(
                    "broken",
                    failure(IllegalStateException.class, throwing.token()).getMessage());
            assertEquals(
                    "what brings the tokens returned null",
                    failure(NullPointerException.class, ofNull.token()).getMessage());
            assertEquals(
                    "what brings the tokens completed with null",
                    failure(NullPointerException.class, completedWithNull.token())
                            .getMessage());
        }
    }

    @Test
    @DisplayName("what takes longer than the timeout is cancelled, and the future fails")
    void tooSlow() throws Exception {
        var answer = new CompletableFuture<TokenResponse>();
        try (var source = AsyncTokenSource.of(settings -> settings.timeout(Duration.ofMillis(30)), () -> answer)) {
            var failed = failure(TransportException.class, source.token());

            assertEquals(ErrorCode.TIMEOUT, failed.getCode());
            assertTrue(answer.isCancelled());
        }
    }

    @Test
    @DisplayName("closing fails those who wait and those who ask afterwards, and cancels what brings the tokens")
    void closed() throws Exception {
        var answer = new CompletableFuture<TokenResponse>();
        var asked = new CompletableFuture<Void>();
        var source = AsyncTokenSource.of(() -> {
            asked.complete(null);
            return answer;
        });
        var waiting = source.token();
        success(asked);

        success(source.closeAsync());

        failure(IllegalStateException.class, waiting);
        failure(IllegalStateException.class, source.token());
        assertTrue(answer.isCancelled());
        source.close();
    }

    @Test
    @DisplayName("what brings the tokens runs on threads of the source's own, or on the executor that is given")
    void executor() throws Exception {
        var thread = new AtomicReference<Thread>();
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "renewals"));
        try (var own = AsyncTokenSource.of(() -> here(thread))) {
            success(own.token());
            assertNotSame(Thread.currentThread(), thread.get());
            assertTrue(thread.get().getName().startsWith("openid-client-"), thread.get()::getName);
        }
        try (var given = AsyncTokenSource.of(settings -> {}, () -> here(thread), executor)) {
            success(given.token());
            assertEquals("renewals", thread.get().getName().replaceAll(" @.*", ""));
        } finally {
            executor.shutdown();
        }
    }

    private CompletableFuture<TokenResponse> here(AtomicReference<Thread> thread) {
        thread.set(Thread.currentThread());
        return CompletableFuture.completedFuture(tokens);
    }

    @Test
    @DisplayName("settings that contradict themselves are refused at once")
    void badSettings() {
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncTokenSource.of(
                        settings -> settings.lifetimeWhenUnknown(Duration.ZERO),
                        () -> CompletableFuture.completedFuture(tokens)));
    }

    @Test
    @DisplayName("a program's own source is one of the library's, and the other way round")
    void bothWays() throws Exception {
        var own = new Own();
        TokenSource ofLibrary = AsyncTokenSource.toTokenSource(own);
        AsyncTokenSource back = AsyncTokenSource.from(ofLibrary);

        var waiting = back.token();
        assertFalse(waiting.isDone());
        own.answer.complete(tokens);
        back.invalidate(tokens);

        assertSame(tokens, success(waiting));
        assertSame(TokenState.Fresh.INSTANCE, back.state());
        assertEquals(List.of(tokens), own.refused);
        assertEquals(own.toString(), back.toString());
        assertSame(ofLibrary, AsyncTokenSource.toTokenSource(back));
    }

    @Test
    @DisplayName("a source that is made here is handed over as itself")
    void itself() {
        try (var source = AsyncTokenSource.of(() -> CompletableFuture.completedFuture(tokens))) {
            TokenSource ofLibrary = AsyncTokenSource.toTokenSource(source);

            assertEquals("Async" + ofLibrary, source.toString());
            assertSame(ofLibrary, AsyncTokenSource.toTokenSource(source));
        }
    }
}
