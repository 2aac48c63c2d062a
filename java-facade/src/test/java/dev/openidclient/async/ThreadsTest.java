package dev.openidclient.async;

import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);
    private final ExecutorService executor =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "the-executor"));

    @AfterEach
    void stop() {
        executor.shutdownNow();
        server.close();
    }

    @Test
    @DisplayName("an executor runs discovery, its settings and its dependent stages")
    void discoversOnTheExecutor() throws Exception {
        var threads = new Threads();
        // holds the executor up, so that no stage is complete before its dependent is added
        var start = threads.holdUp(executor);
        var discovery = AsyncOpenIdClient.discover(
                server.issuer(),
                CLIENT_ID,
                settings -> {
                    threads.note("settings");
                    settings.allowInsecureRequests();
                },
                executor);
        var dependent = discovery.thenApply(client -> threads.note("dependent", client));
        start.countDown();

        success(dependent).close();

        assertEquals("settings on the-executor, dependent on the-executor", threads.seen());
    }

    @Test
    @DisplayName("an executor runs an operation, the transport's part of it and its dependent stages")
    void callsOnTheExecutor() throws Exception {
        var threads = new Threads();
        var transport = AsyncHttpTransport.toTransport(request -> {
            threads.note("transport");
            return CompletableFuture.supplyAsync(() -> StubServer.response(StubServer.TOKENS));
        });
        try (var client = AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().transport(transport),
                executor)) {
            var start = threads.holdUp(executor);
            var dependent = client.clientCredentialsGrant(request -> threads.note("configure"))
                    .thenApply(tokens -> threads.note("dependent", tokens));
            start.countDown();

            success(dependent);

            assertEquals(
                    "configure on the-executor, transport on the-executor, dependent on the-executor", threads.seen());
        }
    }

    @Test
    @DisplayName("without an executor the threads are daemons, and may block on other calls of the client")
    void defaultThreadsMayBlock() throws Exception {
        int calls = 2 * Runtime.getRuntime().availableProcessors();
        try (var client = server.client()) {
            var dependents = Stream.generate(
                            () -> client.clientCredentialsGrant().thenApply(tokens -> {
                                client.clientCredentialsGrant().join();
                                return Thread.currentThread().isDaemon();
                            }))
                    .limit(calls)
                    .collect(Collectors.toList());

            for (var dependent : dependents) {
                assertTrue(success(dependent));
            }
        }
    }

    /** What ran where. */
    private static final class Threads {
        private final StringBuffer seen = new StringBuffer();

        void note(String what) {
            seen.append(seen.length() == 0 ? "" : ", ")
                    .append(what)
                    .append(" on ")
                    .append(Thread.currentThread().getName().replaceFirst(" @.*", ""));
        }

        <T> T note(String what, T value) {
            note(what);
            return value;
        }

        String seen() {
            return seen.toString();
        }

        CountDownLatch holdUp(ExecutorService executor) {
            var latch = new CountDownLatch(1);
            executor.submit(() -> latch.await(10, TimeUnit.SECONDS));
            return latch;
        }
    }
}
