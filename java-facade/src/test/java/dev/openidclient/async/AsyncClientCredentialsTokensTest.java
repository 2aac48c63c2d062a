package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.tokensource.TokenState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncClientCredentialsTokensTest {
    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final AsyncClientCredentialsTokens service = AsyncClientCredentialsTokens.of(fixture.client);
    private final AsyncTokenSource orders = service.source(request -> request.scope("orders:read"));

    @AfterEach
    void stop() {
        service.close();
        fixture.close();
    }

    @Test
    @DisplayName("many callers of an absent token cost one request")
    void oneRequest() throws Exception {
        var futures = Stream.generate(orders::token).limit(100).collect(toList());

        var tokens = Set.copyOf(futures.stream().map(CompletableFuture::join).collect(toSet()));
        assertEquals(1, tokens.size());
        assertEquals(Set.of("orders:read"), tokens.iterator().next().getScopes());
        assertEquals(1, fixture.tokenRequests());
    }

    @Test
    @DisplayName("a fresh token comes in a future that is complete already, and its stages run on the caller's thread")
    void freshWithoutAHop() throws Exception {
        var first = success(orders.token());

        var second = orders.token();

        assertTrue(second.isDone());
        assertSame(first, second.join());
        assertSame(
                Thread.currentThread(),
                second.thenApply(tokens -> Thread.currentThread()).join());
    }

    @Test
    @DisplayName("sources that ask for the same share their tokens, others do not")
    void sharedForms() throws Exception {
        var same = service.source(request -> request.scope("orders:read"));

        assertSame(success(orders.token()), success(same.token()));
        assertNotEquals(
                success(orders.token()).getAccessToken(),
                success(service.source().token()).getAccessToken());
        assertEquals(2, fixture.tokenRequests());
    }

    @Test
    @DisplayName("a failure of the server is the failure of the future, and is not asked for again at once")
    void failureOfTheServer() throws Exception {
        fixture.server.getTokenEndpoint().failNext(400, "invalid_scope");

        var refused = failure(ResponseBodyException.class, orders.token());
        var again = failure(ResponseBodyException.class, orders.token());

        assertEquals("invalid_scope", refused.getError());
        assertEquals("invalid_scope", again.getError());
        assertEquals(1, fixture.tokenRequests());
        var state = assertInstanceOfFailing(orders.state());
        assertEquals(ErrorCode.RESPONSE_BODY_ERROR, state.getCode());
        assertFalse(state.getHasUsableToken());
    }

    private static TokenState.Failing assertInstanceOfFailing(TokenState state) {
        assertEquals(TokenState.Failing.class, state.getClass());
        return (TokenState.Failing) state;
    }

    @Test
    @DisplayName("cancelling one future ends that waiting alone: the request goes on for the others")
    void cancelledWaiter() throws Exception {
        fixture.shutGate();
        var starter = orders.token();
        var other = orders.token();
        fixture.awaitRequest();

        assertTrue(starter.cancel(true));
        fixture.openGate();

        assertEquals(Set.of("orders:read"), success(other).getScopes());
        assertTrue(starter.isCancelled());
        assertEquals(1, fixture.tokenRequests());
    }

    @Test
    @DisplayName("a token that nobody waits for any more is kept for the next caller")
    void allCancelled() throws Exception {
        fixture.shutGate();
        var only = orders.token().orTimeout(50, TimeUnit.MILLISECONDS);
        fixture.awaitRequest();
        failure(TimeoutException.class, only);

        var later = orders.token();
        fixture.openGate();

        success(later);
        assertTrue(orders.token().isDone());
        assertEquals(1, fixture.tokenRequests());
    }

    @Test
    @DisplayName("a token that was refused is replaced, once for all who say so")
    void invalidated() throws Exception {
        var refused = success(orders.token());

        orders.invalidate(refused);
        var next = success(orders.token());
        orders.invalidate(refused);

        assertNotEquals(refused.getAccessToken(), next.getAccessToken());
        assertSame(next, success(orders.token()));
        assertEquals(2, fixture.tokenRequests());
    }

    @Test
    @DisplayName("the state is known without a request")
    void state() throws Exception {
        assertSame(TokenState.Unused.INSTANCE, orders.state());
        assertEquals(0, fixture.tokenRequests());

        success(orders.token());

        assertSame(TokenState.Fresh.INSTANCE, orders.state());
    }

    @Test
    @DisplayName("closing fails those who wait and those who ask afterwards, and leaves the client open")
    void closed() throws Exception {
        fixture.shutGate();
        var waiting = orders.token();
        fixture.awaitRequest();

        success(service.closeAsync());

        assertEquals(
                "the token source is closed",
                failure(IllegalStateException.class, waiting).getMessage());
        failure(IllegalStateException.class, orders.token());
        assertThrows(IllegalStateException.class, service::source);
        fixture.openGate();
        success(fixture.client.clientCredentialsGrant());
        service.close();
        success(service.closeAsync());
    }

    @Test
    @DisplayName("closing the client does not end its token sources, which fail as their requests do")
    void closedClient() throws Exception {
        success(orders.token());
        fixture.client.close();

        assertTrue(orders.token().isDone());
    }

    @Test
    @DisplayName("tokens are renewed on the executor that is given, and it goes on after the end")
    void ownExecutor() throws Exception {
        var executor = Executors.newSingleThreadExecutor(named("renewals"));
        try (var other = AsyncClientCredentialsTokens.of(fixture.client, settings -> {}, executor)) {
            var thread = other.source()
                    .token()
                    .thenApply(tokens -> Thread.currentThread().getName());

            success(thread);
            assertEquals(List.of("renewals"), fixture.threads);
        } finally {
            assertFalse(executor.isShutdown());
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("tokens are renewed on the executor of the client, unless the settings name another one")
    void executorOfTheClient() throws Exception {
        var executor = Executors.newSingleThreadExecutor(named("client"));
        var another = Executors.newSingleThreadExecutor(named("settings"));
        try (var client = AsyncOpenIdClient.create(
                        fixture.server.getMetadata(), TokenSourceFixture.CLIENT_ID, fixture::settings, executor);
                var ofClient = AsyncClientCredentialsTokens.of(client);
                var ofSettings = AsyncClientCredentialsTokens.of(client, settings -> settings.executor(another))) {
            success(ofClient.source().token());
            success(ofSettings.source().token());

            assertEquals(List.of("client", "settings"), fixture.threads);
        } finally {
            executor.shutdown();
            another.shutdown();
        }
    }

    private static ThreadFactory named(String name) {
        return work -> new Thread(work, name);
    }

    @Test
    @DisplayName("a dependent stage that blocks holds up nobody else")
    void blockingStage() throws Exception {
        var never = new CountDownLatch(1);
        fixture.shutGate();
        var blocked = orders.token().thenRun(() -> awaitUninterruptibly(never));
        var other = orders.token();
        fixture.openGate();

        success(other);
        assertFalse(blocked.isDone());
        never.countDown();
        success(blocked);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("settings that contradict themselves, and a client without a timeout, are refused at once")
    void badSettings() {
        var negative = assertThrows(
                IllegalArgumentException.class,
                () -> AsyncClientCredentialsTokens.of(
                        fixture.client, settings -> settings.refreshWindow(Duration.ofSeconds(-1))));
        assertEquals("refreshWindow must not be negative, but is PT-1S", negative.getMessage());
        try (var endless = AsyncOpenIdClient.create(
                fixture.server.getMetadata(), "app", settings -> settings.timeout(Duration.ZERO))) {
            var refused = assertThrows(IllegalArgumentException.class, () -> AsyncClientCredentialsTokens.of(endless));
            assertTrue(refused.getMessage().contains("\"timeout\""), refused::getMessage);
        }
    }

    @Test
    @DisplayName("a client source is asked again after its failure, on another thread than the caller's")
    void clientSource() throws Exception {
        var asked = new AtomicInteger();
        AsyncClientSource flaky = () -> asked.incrementAndGet() == 1
                ? CompletableFuture.failedFuture(new IllegalStateException("not there yet"))
                : fixture.client.client();
        try (var other = AsyncClientCredentialsTokens.of(
                flaky,
                settings -> settings.configurationBackOff(Duration.ofMillis(1), Duration.ofMillis(1))
                        .outageBackOff(Duration.ofMillis(1), Duration.ofMillis(1)))) {
            var source = other.source();

            assertEquals(
                    "not there yet",
                    failure(IllegalStateException.class, source.token()).getMessage());
            Thread.sleep(20); // longer than the back-off
            success(source.token());

            assertEquals(2, asked.get());
        }
    }

    @Test
    @DisplayName("a client source that brings nothing, or was cancelled, is a failure with its name")
    void brokenClientSource() throws Exception {
        var cancelled = new CompletableFuture<AsyncOpenIdClient>();
        cancelled.cancel(true);
        try (var ofNull = AsyncClientCredentialsTokens.of(() -> CompletableFuture.completedFuture(null));
                var ofCancelled = AsyncClientCredentialsTokens.of(() -> cancelled)) {
            assertEquals(
                    "the client source completed with null",
                    failure(NullPointerException.class, ofNull.source().token()).getMessage());
            assertEquals(
                    "the client source was cancelled",
                    failure(IllegalStateException.class, ofCancelled.source().token())
                            .getMessage());
        }
    }

    @Test
    @DisplayName("no secret is shown")
    void shown() throws Exception {
        var tokens = success(orders.token());

        for (String shown : List.of(service.toString(), orders.toString())) {
            assertTrue(shown.contains(TokenSourceFixture.CLIENT_ID), shown);
            assertFalse(shown.contains(tokens.getAccessToken()), shown);
        }
        assertTrue(service.toString().startsWith("AsyncClientCredentialsTokens("), service::toString);
    }
}
