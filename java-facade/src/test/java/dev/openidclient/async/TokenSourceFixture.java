package dev.openidclient.async;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.testserver.TestServerSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server in this process, behind a gate that holds requests up while it is shut, and a client of it. */
final class TokenSourceFixture implements AsyncHttpTransport, AutoCloseable {
    static final String CLIENT_ID = "app";

    final TestAuthorizationServer server;
    final AsyncOpenIdClient client;

    /** The threads that sent requests. */
    final List<String> threads = new CopyOnWriteArrayList<>();

    private final AsyncHttpTransport inner;
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    TokenSourceFixture() {
        this(settings -> {});
    }

    TokenSourceFixture(Consumer<TestServerSettings> configure) {
        server = TestAuthorizationServer.of(configure);
        inner = AsyncHttpTransport.from(server);
        client = AsyncOpenIdClient.create(server.getMetadata(), CLIENT_ID, this::settings);
    }

    void settings(ClientSettings settings) {
        settings.transport(AsyncHttpTransport.toTransport(this)).authentication(new ClientSecretBasic("a-secret"));
    }

    int tokenRequests() {
        return server.getTokenEndpoint().getRequestCount();
    }

    void shutGate() {
        gate = new CompletableFuture<>();
    }

    void openGate() {
        gate.complete(null);
    }

    /** Waits until a request stands at the gate. */
    void awaitRequest() throws Exception {
        arrived.get(10, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<HttpResponse> send(HttpRequest request) {
        // coroutines name themselves behind an @ where assertions are on
        threads.add(Thread.currentThread().getName().replaceAll(" @.*", ""));
        CompletableFuture<Void> now = gate;
        if (!now.isDone()) {
            arrived.complete(null);
        }
        return now.thenCompose(nothing -> inner.send(request));
    }

    @Override
    public void close() {
        openGate();
        client.close();
    }
}
