package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.client.ClientEntry;
import dev.openidclient.client.DiscoveryState;
import dev.openidclient.client.RegistrySettings;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncClientRegistryTest {
    private static final String CALLBACK = "https://rp.example.com/callback";
    private static final int MANY = 1_000;

    /** Servers {@code https://t0.example.com}, {@code https://t1.example.com} and so on. */
    private static final class Servers implements AsyncHttpTransport {
        final List<String> requests = new CopyOnWriteArrayList<>();
        final List<String> threads = new CopyOnWriteArrayList<>();
        final Set<String> hanging = new ConcurrentSkipListSet<>();
        final CompletableFuture<HttpResponse> never = new CompletableFuture<>();

        @Override
        public CompletionStage<HttpResponse> send(HttpRequest request) {
            requests.add(request.getUrl());
            threads.add(Thread.currentThread().getName().replaceAll(" @.*", ""));
            String issuer = request.getUrl().replaceAll("(/\\.well-known/|/token).*", "");
            if (hanging.contains(issuer)) {
                return never.copy(); // whose cancellation is no end of the others
            }
            return CompletableFuture.completedFuture(StubServer.response(
                    request.getUrl().endsWith("/token") ? StubServer.TOKENS : StubServer.metadataDocument(issuer)));
        }
    }

    private final Servers servers = new Servers();
    private final AtomicInteger searches = new AtomicInteger();
    private final AsyncClientRegistry tenants = registry(AsyncClientFinder.of(this::entry));

    private static String issuer(int number) {
        return "https://t" + number + ".example.com";
    }

    private ClientEntry entry(String issuer) {
        searches.incrementAndGet();
        return issuer.matches("https://t\\d+\\.example\\.com") ? new ClientEntry("app of " + issuer) : null;
    }

    private AsyncClientRegistry registry(AsyncClientFinder find) {
        return AsyncClientRegistry.of(find, this::settings);
    }

    private void settings(RegistrySettings settings) {
        settings.transport(AsyncHttpTransport.toTransport(servers));
    }

    @AfterEach
    void stop() {
        tenants.close();
    }

    @Test
    @DisplayName("a client is found and discovered when it is first needed, once for all who ask")
    void oneDiscovery() throws Exception {
        var gate = new CountDownLatch(1);
        try (var slow = registry(AsyncClientFinder.of(issuer -> {
            awaitUninterruptibly(gate);
            return entry(issuer);
        }))) {
            var clients = IntStream.range(0, MANY)
                    .mapToObj(number -> slow.client(issuer(number % 2)))
                    .collect(toList());
            gate.countDown();

            for (var client : clients) {
                success(client);
            }
            assertEquals("app of " + issuer(1), success(clients.get(1)).getClientId());
            assertEquals(2, searches.get());
            assertEquals(2, servers.requests.size());
            assertSame(slow.getConnection(), success(clients.get(0)).getConnection());
            assertTrue(slow.client(issuer(0)).isDone());
            success(clients.get(0)).close();
            success(success(slow.client(issuer(0))).clientCredentialsGrant());
        }
    }

    @Test
    @DisplayName("an issuer that is not known is refused, and nothing is sent")
    void unknown() {
        for (String strange :
                List.of("https://evil.example.com", "https://169.254.169.254", "https://t1.example.com/", "no URL")) {
            for (var client : List.of(
                    tenants.client(strange),
                    tenants.refresh(strange),
                    tenants.source(strange).client().toCompletableFuture())) {
                var refused = failure(MetadataException.class, client);
                assertTrue(refused.getMessage().contains("nothing was sent"), refused::getMessage);
            }
        }
        assertEquals(List.of(), servers.requests);
    }

    @Test
    @DisplayName("a finder that blocks holds up no other tenant, and whoever asks not at all")
    void blockingFinder() throws Exception {
        var never = new CountDownLatch(1);
        try (var other = registry(AsyncClientFinder.of(issuer -> {
            if (issuer.equals(issuer(1))) {
                awaitUninterruptibly(never);
            }
            return entry(issuer);
        }))) {
            var waiting =
                    Stream.generate(() -> other.client(issuer(1))).limit(64).collect(toList());

            success(success(other.client(issuer(2))).clientCredentialsGrant());

            assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
            never.countDown();
            for (var client : waiting) {
                success(client);
            }
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
    @DisplayName("a finder may bring the entry later, or null")
    void stages() throws Exception {
        var later = new CompletableFuture<ClientEntry>();
        try (var other = registry(issuer -> later)) {
            var waiting = other.client(issuer(1));
            var cancelled = other.client(issuer(1));
            assertTrue(cancelled.cancel(true));
            assertFalse(waiting.isDone());

            later.complete(new ClientEntry("app"));

            assertEquals("app", success(waiting).getClientId());
        }
        try (var other = registry(issuer -> CompletableFuture.completedFuture(null))) {
            failure(MetadataException.class, other.client(issuer(1)));
        }
    }

    @Test
    @DisplayName("what a finder throws, fails with or forgets reaches who asked, and is not kept")
    void failures() throws Exception {
        var cancelled = new CompletableFuture<ClientEntry>();
        cancelled.cancel(true);
        AsyncClientFinder[] now = new AsyncClientFinder[1];
        try (var other = registry(issuer -> now[0].find(issuer))) {
            now[0] = issuer -> CompletableFuture.failedFuture(new IOException("the database is down"));
            assertEquals(
                    "the database is down",
                    failure(IOException.class, other.client(issuer(1))).getMessage());
            now[0] = issuer -> {
                throw new UnsupportedOperationException("mine");
            };
            failure(UnsupportedOperationException.class, other.client(issuer(1)));
            now[0] = issuer -> null;
            assertEquals(
                    "the finder returned null",
                    failure(NullPointerException.class, other.client(issuer(1))).getMessage());
            now[0] = issuer -> cancelled;
            assertEquals(
                    "the finder was cancelled",
                    failure(IllegalStateException.class, other.client(issuer(1)))
                            .getMessage());

            now[0] = issuer -> CompletableFuture.completedFuture(entry(issuer));
            success(other.client(issuer(1)));
        }
        assertEquals(1, servers.requests.size());
    }

    @Test
    @DisplayName("settings of the program that contradict themselves fail the future of who asks")
    void settingsOfAnEntry() {
        try (var other = registry(AsyncClientFinder.of(
                issuer -> new ClientEntry("app", settings -> settings.timeout(Duration.ofSeconds(1)))))) {
            failure(IllegalArgumentException.class, other.client(issuer(1)));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncClientRegistry.of(
                        AsyncClientFinder.of(this::entry), settings -> settings.maximumClients(0)));
        assertEquals(List.of(), servers.requests);
    }

    @Test
    @DisplayName("200 tenants, of which one hangs: nobody else waits")
    void oneHangs() throws Exception {
        servers.hanging.add(issuer(7));
        var waiting = tenants.client(issuer(7));

        for (int number = 0; number < 200; number++) {
            if (number != 7) {
                success(success(tenants.client(issuer(number))).clientCredentialsGrant());
            }
        }

        assertFalse(waiting.isDone());
        servers.never.completeExceptionally(new IOException("gone"));
        failure(TransportException.class, waiting);
        assertInstanceOf(DiscoveryState.Failing.class, tenants.state(issuer(7)));
        assertSame(DiscoveryState.Fresh.INSTANCE, tenants.state(issuer(8)));
        assertEquals("AsyncClientRegistry(200 clients)", tenants.toString());
    }

    @Test
    @DisplayName("finder, permitUrl and discovery run on the executor, never on the thread that asks")
    void ownExecutor() throws Exception {
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "the-executor"));
        var threads = new CopyOnWriteArrayList<String>();
        Consumer<String> note = what ->
                threads.add(what + " on " + Thread.currentThread().getName().replaceAll(" @.*", ""));
        try (var other = AsyncClientRegistry.of(
                AsyncClientFinder.of(issuer -> {
                    note.accept("finder");
                    return entry(issuer);
                }),
                settings -> {
                    settings(settings);
                    settings.permitUrl(url -> {
                        note.accept("permitUrl");
                        return true;
                    });
                },
                executor)) {
            var client = success(other.client(issuer(1)));
            assertEquals(List.of("permitUrl on the-executor", "finder on the-executor"), threads);

            success(client.clientCredentialsGrant());
            try (var service = AsyncClientCredentialsTokens.of(other.source(issuer(2)))) {
                success(service.source().token());
            }
            assertEquals(Set.of("the-executor"), Set.copyOf(servers.threads));
        } finally {
            assertFalse(executor.isShutdown());
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("the client of a callback is that of the server which the person was sent to")
    void callback() throws Exception {
        PendingAuthorization pending = success(tenants.client(issuer(1)))
                .authorizationRequest(request -> request.redirectUri(CALLBACK))
                .getPending();
        String url = CALLBACK + "?code=c&state=" + pending.getState() + "&iss=" + issuer(1);

        for (var client : List.of(
                tenants.client(pending),
                tenants.clientFor(url, pending),
                tenants.clientFor(URI.create(url), pending),
                tenants.clientFor(AuthorizationCallback.url(url), pending))) {
            assertEquals("app of " + issuer(1), success(client).getClientId());
        }
        assertEquals(1, servers.requests.size());
        success(success(tenants.clientFor(url, pending)).authorizationCodeGrant(url, pending));
    }

    @Test
    @DisplayName("a callback of another server is refused, and nothing is sent")
    void callbackOfAnother() throws Exception {
        PendingAuthorization pending = success(tenants.client(issuer(1)))
                .authorizationRequest(request -> request.redirectUri(CALLBACK))
                .getPending();
        String parameters = "code=c&state=" + pending.getState() + "&iss=" + issuer(2);
        servers.requests.clear();

        for (var client : List.of(
                tenants.clientFor(CALLBACK + "?" + parameters, pending),
                tenants.clientFor(URI.create(CALLBACK + "?" + parameters), pending),
                tenants.clientFor(AuthorizationCallback.formPost(CALLBACK, parameters), pending))) {
            failure(ValidationException.class, client);
        }
        assertEquals(List.of(), servers.requests);
    }

    @Test
    @DisplayName("a client that is forgotten is looked for anew, and one that is refreshed is asked for anew")
    void forgets() throws Exception {
        success(tenants.client(issuer(1)));
        success(tenants.refresh(issuer(1)));
        assertEquals(1, searches.get());
        assertEquals(2, servers.requests.size());

        tenants.forget(issuer(1));

        assertSame(DiscoveryState.Unused.INSTANCE, tenants.state(issuer(1)));
        success(tenants.client(issuer(1)));
        assertEquals(2, searches.get());
    }

    @Test
    @DisplayName("a source of one issuer is the library's own, and shows nothing but that")
    void source() throws Exception {
        AsyncClientSource source = tenants.source(issuer(1));

        assertEquals(0, searches.get());
        assertEquals(
                "app of " + issuer(1),
                success(source.client().toCompletableFuture()).getClientId());
        assertNotEquals(source, tenants.source(issuer(1)));
        assertSame(AsyncClientSource.toClientSource(source), AsyncClientSource.toClientSource(source));
    }

    @Test
    @DisplayName("closing fails those who wait and those who ask afterwards, and ends the calls of the clients")
    void closed() throws Exception {
        var client = success(tenants.client(issuer(1)));
        servers.hanging.addAll(List.of(issuer(1), issuer(2)));
        var call = client.clientCredentialsGrant();
        var waiting = tenants.client(issuer(2));

        tenants.close();
        tenants.close();

        for (var failed : List.of(waiting, tenants.client(issuer(1)), tenants.client(issuer(3)))) {
            assertEquals(
                    "the client registry is closed",
                    failure(IllegalStateException.class, failed).getMessage());
        }
        assertThrows(CancellationException.class, call::join);
        failure(IllegalStateException.class, client.clientCredentialsGrant());
    }
}
