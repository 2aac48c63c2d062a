package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.DiscoveryState;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.testserver.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncDiscoveredClientTest {
    private static final int MANY = 1_000;

    private final TestClock clock = new TestClock();
    private final TokenSourceFixture fixture = new TokenSourceFixture(settings -> settings.clock(clock));
    private final AsyncDiscoveredClient oauth = lazily(settings -> {});

    private AsyncDiscoveredClient lazily(Consumer<ClientSettings> configure) {
        return AsyncOpenIdClient.lazily(fixture.server.getIssuer(), TokenSourceFixture.CLIENT_ID, settings -> {
            settings(settings);
            configure.accept(settings);
        });
    }

    private AsyncDiscoveredClient lazilyOn(Executor executor) {
        return AsyncOpenIdClient.lazily(
                fixture.server.getIssuer(), TokenSourceFixture.CLIENT_ID, this::settings, executor);
    }

    private void settings(ClientSettings settings) {
        fixture.settings(settings);
        settings.clock(clock);
    }

    @AfterEach
    void stop() {
        oauth.close();
        fixture.close();
    }

    private int discoveries() {
        return fixture.server.getDiscovery().getRequestCount();
    }

    @Test
    @DisplayName("nothing is sent before a client is needed; the issuer and the settings are checked at once")
    void checkedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> AsyncOpenIdClient.lazily("as.example.com", "app"));
        assertThrows(MetadataException.class, () -> AsyncOpenIdClient.lazily("http://as.example.com", "app"));
        assertThrows(
                IllegalArgumentException.class, () -> lazily(settings -> settings.metadataLifetime(Duration.ZERO)));
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncOpenIdClient.lazily(
                        fixture.server.getIssuer(), "app", settings -> settings.timeout(Duration.ZERO), Runnable::run));
        assertSame(DiscoveryState.Unused.INSTANCE, oauth.state());
        assertEquals(0, discoveries());
    }

    @Test
    @DisplayName("a thousand first calls on many threads are one discovery")
    void oneDiscovery() throws Exception {
        fixture.shutGate();
        var callers = Executors.newFixedThreadPool(8);
        try {
            var futures = Stream.generate(() -> CompletableFuture.supplyAsync(oauth::client, callers))
                    .limit(MANY)
                    .collect(toList());
            var clients = futures.stream().map(CompletableFuture::join).collect(toList());
            fixture.awaitRequest();
            fixture.openGate();

            for (var client : clients) {
                assertEquals(
                        fixture.server.getIssuer(), success(client).getServer().getIssuer());
            }
            assertEquals(1, discoveries());
            assertSame(DiscoveryState.Fresh.INSTANCE, oauth.state());
        } finally {
            callers.shutdown();
        }
    }

    @Test
    @DisplayName("a client that is at hand comes in a complete future, whose stages run on the caller's thread")
    void atHand() throws Exception {
        success(oauth.client());

        var second = oauth.client();

        assertTrue(second.isDone());
        assertSame(
                Thread.currentThread(),
                second.thenApply(client -> Thread.currentThread()).join());
        assertEquals(1, discoveries());
    }

    @Test
    @DisplayName("a server that is down at first is asked again after the back-off, and until then nobody waits")
    void downAtFirst() throws Exception {
        fixture.server.setDown(true);
        var first = failure(TransportException.class, oauth.client());
        var second = failure(TransportException.class, oauth.client());

        assertEquals(first.getMessage(), second.getMessage());
        assertEquals(1, discoveries());
        var state = assertInstanceOf(DiscoveryState.Failing.class, oauth.state());
        assertEquals(ErrorCode.NETWORK_ERROR, state.getCode());
        assertFalse(state.getHasClient());

        fixture.server.setDown(false);
        failure(TransportException.class, oauth.client());
        clock.advance(Duration.ofSeconds(2)); // the first step, and a fifth
        success(success(oauth.client()).clientCredentialsGrant());

        assertEquals(2, discoveries());
    }

    @Test
    @DisplayName("a refresh waits for no back-off, and brings what the server says now")
    void refresh() throws Exception {
        fixture.server.setDown(true);
        failure(TransportException.class, oauth.client());
        fixture.server.setDown(false);

        var refreshed = success(oauth.refresh());

        assertEquals(fixture.server.getIssuer(), refreshed.getServer().getIssuer());
        assertTrue(oauth.client().isDone());
    }

    @Test
    @DisplayName("metadata that do not hold are refused, and those that are known stay in use")
    void refused() throws Exception {
        success(oauth.client());
        fixture.server.changeIssuer("https://other.example.com");

        failure(ValidationException.class, oauth.refresh());

        success(success(oauth.client()).clientCredentialsGrant());
    }

    @Test
    @DisplayName("metadata that are old are served at once, and asked for anew in the background")
    void old() throws Exception {
        success(oauth.client());
        clock.advance(Duration.ofHours(12));
        assertSame(DiscoveryState.Stale.INSTANCE, oauth.state());

        assertTrue(oauth.client().isDone());

        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (oauth.state() != DiscoveryState.Fresh.INSTANCE && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertEquals(2, discoveries());
    }

    @Test
    @DisplayName("fallback metadata are used while the server cannot be asked")
    void fallback() throws Exception {
        var known = fixture.server.getMetadata().getJson().toString();
        try (var other = lazily(settings -> settings.fallbackMetadata(known))) {
            fixture.server.getDiscovery().failNext(503);

            success(success(other.client()).clientCredentialsGrant());

            assertTrue(assertInstanceOf(DiscoveryState.Failing.class, other.state())
                    .getHasClient());
        }
    }

    @Test
    @DisplayName("cancelling a future ends that waiting alone: discovery goes on for the others")
    void cancelledWaiter() throws Exception {
        fixture.shutGate();
        var starter = oauth.client();
        var other = oauth.client();
        fixture.awaitRequest();

        assertTrue(starter.cancel(true));
        failure(TimeoutException.class, oauth.refresh().orTimeout(20, TimeUnit.MILLISECONDS));
        fixture.openGate();

        success(other);
        assertTrue(starter.isCancelled());
        assertEquals(1, discoveries());
    }

    @Test
    @DisplayName("what nobody waits for any more is kept for the next caller")
    void allCancelled() throws Exception {
        fixture.shutGate();
        failure(TimeoutException.class, oauth.client().orTimeout(20, TimeUnit.MILLISECONDS));
        fixture.awaitRequest();

        var later = oauth.client();
        fixture.openGate();

        success(later);
        assertEquals(1, discoveries());
    }

    @Test
    @DisplayName("an executor runs discovery, the calls of the clients and their stages, and goes on after the end")
    void ownExecutor() throws Exception {
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "the-executor"));
        fixture.shutGate();
        try (var other = lazilyOn(executor)) {
            var stage = other.client().thenApply(client -> {
                client.clientCredentialsGrant();
                return Thread.currentThread().getName().replaceAll(" @.*", "");
            });
            fixture.awaitRequest();
            fixture.openGate();

            assertEquals("the-executor", success(stage));
            success(success(other.client()).clientCredentialsGrant());
            assertEquals(Set.of("the-executor"), Set.copyOf(fixture.threads));
        } finally {
            assertFalse(executor.isShutdown());
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("the setting executor moves discovery alone")
    void executorOfDiscovery() throws Exception {
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "discovery"));
        try (var other = lazily(settings -> settings.executor(executor))) {
            success(success(other.client()).clientCredentialsGrant());

            assertEquals("discovery", fixture.threads.get(0));
            assertFalse(fixture.threads.get(1).contains("discovery"), fixture.threads::toString);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("a dependent stage that blocks holds up nobody else")
    void blockingStage() throws Exception {
        var never = new CountDownLatch(1);
        fixture.shutGate();
        var blocked = Stream.generate(() -> oauth.client().thenAccept(client -> awaitUninterruptibly(never)))
                .limit(64)
                .collect(toList());
        var other = oauth.client();
        fixture.awaitRequest();
        fixture.openGate();

        success(success(other).clientCredentialsGrant());

        assertTrue(blocked.stream().noneMatch(CompletableFuture::isDone));
        never.countDown();
        for (var stage : blocked) {
            success(stage);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("it is the client source of every family, which renews on its threads")
    void clientSource() throws Exception {
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "the-executor"));
        try (var other = lazilyOn(executor);
                var service = AsyncClientCredentialsTokens.of(other);
                var sessions = AsyncUserTokens.of(other);
                var exchanged = AsyncExchangedTokens.tokenExchange(other)) {
            assertEquals(0, discoveries());
            var access = AsyncResourceAccess.of(
                    other, service.source(), settings -> settings.allow("https://api.example.com"));

            var authorization = success(access.authorize("GET", "https://api.example.com/orders"));
            assertTrue(authorization.getHeaders().get("authorization").startsWith("Bearer "));
            success(sessions.put("a-session", fixture.server.tokens()));
            var refused = success(sessions.source("a-session").token());
            sessions.source("a-session").invalidate(refused);
            success(sessions.source("a-session").token());
            success(exchanged.source(refused.getAccessToken()).token());

            assertEquals(1, discoveries());
            assertEquals(Set.of("the-executor"), Set.copyOf(fixture.threads));
            assertSame(other.client, AsyncClientSource.toClientSource(other));
            assertEquals("Async" + other.client, other.toString());
        } finally {
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("sign-ins of it run on its threads, and end with it")
    void signIn() throws Exception {
        var signIn = AsyncSignIn.of(oauth, settings -> settings.redirectUri("https://rp.example.com/callback"));
        success(signIn.begin(null, null));
        assertEquals(1, discoveries());

        oauth.close();

        assertEquals(
                "the client is closed",
                failure(IllegalStateException.class, signIn.begin(null, null)).getMessage());
    }

    @Test
    @DisplayName("tokens of a service whose server comes later are there within the back-off")
    void tokensOfALateServer() throws Exception {
        fixture.server.setDown(true);
        try (var service = AsyncClientCredentialsTokens.of(oauth)) {
            var source = service.source();
            failure(TransportException.class, source.token());

            fixture.server.setDown(false);
            clock.advance(Duration.ofSeconds(2));

            success(source.token());
        }
    }

    @Test
    @DisplayName("with a DPoP key the clients send proofs; closing that one closes nothing")
    void dpop() throws Exception {
        var bound = oauth.withDpop(new Dpop(SigningKey.generate("ES256")));

        assertEquals(
                "dpop",
                success(success(bound.client()).clientCredentialsGrant()).getTokenType());
        assertEquals(
                "bearer",
                success(success(oauth.client()).clientCredentialsGrant()).getTokenType());
        bound.close();

        success(success(bound.client()).clientCredentialsGrant());
        assertEquals(1, discoveries());
    }

    @Test
    @DisplayName("closing a client that was handed out closes nothing")
    void closedClient() throws Exception {
        success(oauth.client()).close();

        success(success(oauth.client()).clientCredentialsGrant());
    }

    @Test
    @DisplayName("closing fails those who wait and those who ask afterwards, and ends the calls of its clients")
    void closed() throws Exception {
        var client = success(oauth.client());
        fixture.shutGate();
        var call = client.clientCredentialsGrant();
        fixture.awaitRequest();
        var waiting = oauth.refresh();

        oauth.close();
        oauth.close();

        for (var failed : List.of(waiting, oauth.client(), oauth.refresh())) {
            assertEquals(
                    "the discovered client is closed",
                    failure(IllegalStateException.class, failed).getMessage());
        }
        assertThrows(CancellationException.class, call::join);
        assertEquals(
                "the client is closed",
                failure(IllegalStateException.class, client.clientCredentialsGrant())
                        .getMessage());
        fixture.openGate();
        success(fixture.client.clientCredentialsGrant());
    }

    @Test
    @DisplayName("it knows issuer, client id and connection before any request, and shows no secret")
    void shown() {
        assertEquals(fixture.server.getIssuer(), oauth.getIssuer());
        assertEquals(TokenSourceFixture.CLIENT_ID, oauth.getClientId());
        assertSame(oauth.client.getConnection(), oauth.getConnection());
        assertEquals("AsyncDiscoveredClient(" + fixture.server.getIssuer() + ", app)", oauth.toString());
        assertEquals(0, discoveries());
    }
}
