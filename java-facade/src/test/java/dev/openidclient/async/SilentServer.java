package dev.openidclient.async;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server on loopback that takes one connection, reads, and never answers: it sees when the client hangs up. */
final class SilentServer implements AutoCloseable {
    static final HttpEngine ENGINE = HttpEngine.AUTOMATIC;

    private final ServerSocket server;
    private final CompletableFuture<Socket> asked = new CompletableFuture<>();
    private final CompletableFuture<Boolean> hungUp = new CompletableFuture<>();

    SilentServer() {
        try {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "silent-server");
        thread.setDaemon(true);
        thread.start();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    AuthorizationServerMetadata metadata() {
        return AuthorizationServerMetadata.parse(StubServer.metadataDocument(issuer()));
    }

    AsyncOpenIdClient client() {
        return AsyncOpenIdClient.create(metadata(), StubServer.CLIENT_ID, SilentServer::insecure);
    }

    static void insecure(ClientSettings settings) {
        settings.allowInsecureRequests().engine(ENGINE);
    }

    /** Waits until a request has begun to arrive. */
    void awaitRequest() throws Exception {
        asked.get(10, TimeUnit.SECONDS);
    }

    /** Waits until the client has closed the connection. */
    void awaitHangUp() throws Exception {
        hungUp.get(10, TimeUnit.SECONDS);
    }

    boolean hasHungUp() {
        return hungUp.isDone();
    }

    private void serve() {
        try (Socket socket = server.accept()) {
            if (socket.getInputStream().read() >= 0) {
                asked.complete(socket);
            }
            while (socket.getInputStream().read() >= 0) {}
            hungUp.complete(true);
        } catch (IOException e) {
            hungUp.complete(false); // a reset is a way to hang up too
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (asked.isDone()) {
            asked.join().close();
        }
    }
}
