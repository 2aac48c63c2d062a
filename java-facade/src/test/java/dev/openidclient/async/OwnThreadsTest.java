package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.token.TokenRequestBuilder;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.coroutines.EmptyCoroutineContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The threads of clients that were given none. */
class OwnThreadsTest {
    private static final int MANY = 1_000;

    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);
    private final Thread caller = Thread.currentThread();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("a thousand dependent stages that block hold up neither their client nor another, and no timeout")
    void blockedStagesHoldUpNobody() throws Exception {
        var gate = new CompletableFuture<Void>();
        var answer = new CompletableFuture<HttpResponse>();
        var blocked = new CountDownLatch(MANY);
        var transport = AsyncHttpTransport.toTransport(request -> answer.copy());
        var silent = AsyncHttpTransport.toTransport(request -> new CompletableFuture<>());
        try (var client = AsyncOpenIdClient.create(
                        server.metadata(),
                        CLIENT_ID,
                        settings -> settings.allowInsecureRequests().transport(transport));
                var impatient = AsyncOpenIdClient.create(
                        server.metadata(),
                        CLIENT_ID,
                        settings -> settings.allowInsecureRequests()
                                .transport(silent)
                                .timeout(Duration.ofMillis(50)));
                var other = server.client()) {
            List<CompletableFuture<Void>> stages = Stream.generate(
                            () -> client.clientCredentialsGrant().thenAccept(tokens -> {
                                blocked.countDown();
                                gate.join();
                            }))
                    .limit(MANY)
                    .collect(Collectors.toList());
            answer.complete(StubServer.response(StubServer.TOKENS));
            assertTrue(blocked.await(30, TimeUnit.SECONDS), () -> blocked.getCount() + " stages never ran");

            success(client.clientCredentialsGrant());
            success(other.clientCredentialsGrant());
            var timeout = failure(TransportException.class, impatient.clientCredentialsGrant());

            assertEquals(ErrorCode.TIMEOUT, timeout.getCode());
            gate.complete(null);
            for (var stage : stages) {
                success(stage);
            }
        }
    }

    @Test
    @DisplayName("no transport, authentication or key of the caller's runs on the thread that calls, and no stage")
    void runsNothingOfTheCallersOnItsThread() throws Exception {
        var threads = new CopyOnWriteArrayList<Thread>();
        AsyncHttpTransport transport = request -> {
            threads.add(Thread.currentThread());
            return CompletableFuture.completedFuture(StubServer.response(StubServer.TOKENS));
        };
        AsyncClientAuthentication authentication = request -> {
            threads.add(Thread.currentThread());
            return CompletableFuture.completedFuture(null);
        };
        var key = new AsyncSigningKeyTest.RemoteKey(bytes -> {
            threads.add(Thread.currentThread());
            return CompletableFuture.completedFuture(new byte[64]);
        });

        grant(settings -> settings.transport(AsyncHttpTransport.toTransport(transport)));
        grant(settings -> settings.authentication(AsyncClientAuthentication.toAuthentication(authentication)));
        try (var client = server.client()) {
            success(client.withDpop(new Dpop(AsyncSigningKey.toSigningKey(key))).clientCredentialsGrant());
        }

        assertEquals(3, threads.size());
        assertFalse(threads.contains(caller), threads::toString);
    }

    private void grant(Consumer<ClientSettings> configure) throws Exception {
        try (var client = AsyncOpenIdClient.create(
                server.metadata(), CLIENT_ID, settings -> configure.accept(settings.allowInsecureRequests()))) {
            success(client.clientCredentialsGrant());
        }
    }

    @Test
    @DisplayName("a call that is sent at once begins on the thread that makes it, and ends on another")
    void beginsWhereItIsCalled() throws Exception {
        var threads = new CopyOnWriteArrayList<Thread>();
        try (var client = AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().authentication(new ClientSecretBasic("a-secret")))) {
            Consumer<TokenRequestBuilder> noting = request -> threads.add(Thread.currentThread());
            CompletableFuture<Void> dependent;
            synchronized (server.held) {
                // the server answers when the stage is there
                dependent =
                        client.clientCredentialsGrant(noting).thenAccept(tokens -> threads.add(Thread.currentThread()));
            }
            success(dependent);
        }

        assertSame(caller, threads.get(0));
        assertNotSame(caller, threads.get(1));
        assertTrue(threads.get(1).isDaemon());
        assertTrue(threads.get(1).getName().startsWith("openid-client-"), threads::toString);
    }

    @Test
    @DisplayName("what a configure throws on the thread that calls goes to the future")
    void failureOfConfigureGoesToTheFuture() {
        try (var client = server.client()) {
            var failed = client.clientCredentialsGrant(request -> {
                throw new IllegalStateException("a defect");
            });

            assertEquals(
                    "a defect", failure(IllegalStateException.class, failed).getMessage());
        }
    }

    @Test
    @DisplayName(
            "the threads have the context class loader of the thread that made the client, and no inheritable locals")
    void contextClassLoader() throws Exception {
        var local = new InheritableThreadLocal<String>();
        var before = caller.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[0], before)) {
            caller.setContextClassLoader(loader);
            local.set("of the caller");
            for (var threads : List.of(new OwnThreads(), new OwnThreads(null))) {
                caller.setContextClassLoader(before);
                var seen = new CompletableFuture<ClassLoader>();
                var inherited = new CompletableFuture<String>();
                threads.dispatch(EmptyCoroutineContext.INSTANCE, () -> {
                    seen.complete(Thread.currentThread().getContextClassLoader());
                    inherited.complete(local.get());
                });

                assertSame(loader, seen.get(10, TimeUnit.SECONDS), threads::toString);
                assertNull(inherited.get(10, TimeUnit.SECONDS), threads::toString);
                threads.close();
                caller.setContextClassLoader(loader);
            }
        } finally {
            caller.setContextClassLoader(before);
        }
    }

    @Test
    @DisplayName("the threads are virtual where the JDK has such threads")
    void virtualWhereThereAreSome() {
        boolean hasVirtual = Runtime.version().feature() >= 21;

        assertEquals(hasVirtual ? "virtual threads" : "threads", new OwnThreads().toString());
    }

    @Test
    @DisplayName("an idle thread ends when the client is closed, and what comes later still runs")
    void endsWhenClosed() throws Exception {
        var threads = new OwnThreads(null);
        var first = run(threads);

        threads.close();

        first.join(TimeUnit.SECONDS.toMillis(5));
        assertFalse(first.isAlive());
        var last = run(threads);
        last.join(TimeUnit.SECONDS.toMillis(5));
        assertFalse(last.isAlive());
        assertTrue(last.isDaemon());
    }

    private static Thread run(OwnThreads threads) throws Exception {
        var thread = new CompletableFuture<Thread>();
        threads.dispatch(EmptyCoroutineContext.INSTANCE, () -> thread.complete(Thread.currentThread()));
        return thread.get(10, TimeUnit.SECONDS);
    }
}
