package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.token.TokenResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Futures whose server stops at some stage. */
class BrokenNetworkTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String BODY = HEAD + "Content-Length: 100\r\n\r\n{";

    /** Takes connections, writes the begin of an answer to each, and waits until its client hangs up. */
    private static final class StallingServer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        private final String begin;
        private final Semaphore begun = new Semaphore(0);
        private final Semaphore hungUp = new Semaphore(0);
        private final AtomicInteger connections = new AtomicInteger();

        StallingServer(String begin) throws IOException {
            this.begin = begin;
            start(this::accept);
        }

        AsyncOpenIdClient client(HttpEngine engine, String scheme) {
            var issuer = scheme + "://localhost:" + listener.getLocalPort();
            return AsyncOpenIdClient.create(
                    AuthorizationServerMetadata.parse(StubServer.metadataDocument(issuer)),
                    CLIENT_ID,
                    settings -> settings.allowInsecureRequests().engine(engine));
        }

        void awaitBegun(int calls) throws InterruptedException {
            assertTrue(begun.tryAcquire(calls, 10, TimeUnit.SECONDS));
        }

        void awaitHungUp(int calls) throws InterruptedException {
            assertTrue(hungUp.tryAcquire(calls, 10, TimeUnit.SECONDS));
        }

        private void accept() {
            try {
                while (true) {
                    var socket = listener.accept();
                    connections.incrementAndGet();
                    start(() -> serve(socket));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                var input = socket.getInputStream();
                var first = input.read();
                socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
                begun.release();
                while (first >= 0 && input.read() >= 0) {}
            } catch (IOException e) {
                // a reset is a way to hang up too
            } finally {
                hungUp.release();
            }
        }

        private static void start(Runnable task) {
            var thread = new Thread(task, "stalling-server");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    static Arguments[] stages() {
        return new Arguments[] {
            Arguments.of(HttpEngine.JAVA, "https", ""), // within the TLS handshake
            Arguments.of(HttpEngine.JAVA, "http", ""),
            Arguments.of(HttpEngine.JAVA, "http", HEAD),
            Arguments.of(HttpEngine.JAVA, "http", BODY),
            Arguments.of(HttpEngine.CIO, "https", ""),
            Arguments.of(HttpEngine.CIO, "http", ""),
            Arguments.of(HttpEngine.CIO, "http", HEAD),
            Arguments.of(HttpEngine.CIO, "http", BODY),
        };
    }

    @ParameterizedTest
    @MethodSource("stages")
    @DisplayName("cancelling one future hangs up its connection and no other")
    void cancelHangsUp(HttpEngine engine, String scheme, String begin) throws Exception {
        try (var server = new StallingServer(begin);
                var client = server.client(engine, scheme)) {
            var cancelled = client.refreshTokenGrant("8xLOxBtZp8");
            var other = client.refreshTokenGrant("another");
            server.awaitBegun(2);

            assertTrue(cancelled.cancel(true));

            server.awaitHungUp(1);
            assertThrows(CancellationException.class, cancelled::join);
            assertFalse(other.isDone());
            assertEquals(0, server.hungUp.availablePermits());
            assertEquals(2, server.connections.get());
        }
    }

    @ParameterizedTest
    @MethodSource("stages")
    @DisplayName("orTimeout hangs up")
    void orTimeoutHangsUp(HttpEngine engine, String scheme, String begin) throws Exception {
        try (var server = new StallingServer(begin);
                var client = server.client(engine, scheme)) {
            var grant = client.refreshTokenGrant("8xLOxBtZp8");
            server.awaitBegun(1);

            failure(TimeoutException.class, grant.orTimeout(50, TimeUnit.MILLISECONDS));

            server.awaitHungUp(1);
            assertEquals(1, server.connections.get());
        }
    }

    @ParameterizedTest
    @MethodSource("stages")
    @DisplayName("closing the client hangs up all its connections and ends all its futures")
    void closeHangsUp(HttpEngine engine, String scheme, String begin) throws Exception {
        try (var server = new StallingServer(begin)) {
            var client = server.client(engine, scheme);
            var grants = new CompletableFuture<?>[] {
                client.clientCredentialsGrant(), client.refreshTokenGrant("8xLOxBtZp8"), client.clientCredentialsGrant()
            };
            server.awaitBegun(grants.length);

            client.close();

            server.awaitHungUp(grants.length);
            for (var grant : grants) {
                assertThrows(CancellationException.class, () -> grant.get(10, TimeUnit.SECONDS));
            }
            assertEquals(grants.length, server.connections.get());
        }
    }

    @ParameterizedTest
    @MethodSource("stages")
    @DisplayName("a connection that breaks is the future's failure, and nothing is sent again")
    void brokenConnectionIsTold(HttpEngine engine, String scheme, String begin) throws Exception {
        try (var server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            var issuer = scheme + "://localhost:" + server.getLocalPort();
            try (var client = AsyncOpenIdClient.create(
                    AuthorizationServerMetadata.parse(StubServer.metadataDocument(issuer)),
                    CLIENT_ID,
                    settings -> settings.allowInsecureRequests().engine(engine))) {
                CompletableFuture<TokenResponse> grant = client.refreshTokenGrant("8xLOxBtZp8");
                try (var socket = server.accept()) {
                    assertTrue(socket.getInputStream().read() >= 0);
                    socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
                }

                var lost = failure(TransportException.class, grant);

                assertEquals(ErrorCode.NETWORK_ERROR, lost.getCode());
                assertTrue(lost.getMessage().contains(issuer), lost.getMessage());
                assertFalse(lost.getMessage().contains("8xLOxBtZp8"));
                server.setSoTimeout(200);
                assertThrows(IOException.class, server::accept);
            }
        }
    }
}
