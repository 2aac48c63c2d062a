package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.contract.LocalServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import kotlin.Unit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AuthorizedHttpClientTest {
    private static final String REFUSAL = "WWW-Authenticate: Bearer error=\"invalid_token\"";

    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final AsyncClientCredentialsTokens service = AsyncClientCredentialsTokens.of(fixture.client);
    private final HttpClient plain = HttpClient.newHttpClient();

    /** Refuses the first request, and answers the others. */
    private final LocalServer api = new LocalServer(new ServerSocket(0), connection -> {
        if (this.api().getRequests().size() == 1) {
            connection.respond("401 Unauthorized", "refused", REFUSAL);
        } else {
            connection.respond("200 OK", "orders");
        }
        return Unit.INSTANCE;
    });

    private final AsyncResourceAccess access = access(api);
    private final AuthorizedHttpClient client = AuthorizedHttpClient.of(access, plain);

    AuthorizedHttpClientTest() throws IOException {}

    private LocalServer api() {
        return api;
    }

    private AsyncResourceAccess access(LocalServer server) {
        return AsyncResourceAccess.of(
                fixture.client,
                service.source(),
                settings -> settings.allowInsecure("http://127.0.0.1:" + server.getPort()));
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.getPort() + "/orders"));
    }

    @AfterEach
    void stop() {
        api.close();
        service.close();
        fixture.close();
    }

    @Test
    @DisplayName("a blocking send has the last answer, and the caller's request without the token")
    void blocking() throws Exception {
        HttpRequest request = request().build();

        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

        assertEquals("orders", answer.body());
        assertEquals(200, answer.statusCode());
        assertEquals(request.uri(), answer.uri());
        assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
        assertTrue(answer.sslSession().isEmpty());
        assertTrue(answer.previousResponse().isEmpty());
        assertSame(request, answer.request());
        assertEquals(2, api.getRequests().size());
    }

    @Test
    @DisplayName("the body handler is not asked about an answer that is discarded")
    void discarded() throws Exception {
        List<Integer> asked = new CopyOnWriteArrayList<>();

        client.send(request().build(), info -> {
            asked.add(info.statusCode());
            return HttpResponse.BodySubscribers.discarding();
        });

        assertEquals(List.of(200), asked);
    }

    @Test
    @DisplayName("a body handler that brings null, as discarding does, brings null")
    void noBody() throws Exception {
        assertNull(client.send(request().build(), BodyHandlers.discarding()).body());
    }

    @Test
    @DisplayName("a body handler that fails fails the request")
    void failingHandler() {
        var failure = new IllegalStateException("no room");

        var answer = client.sendAsync(request().build(), info -> {
            throw failure;
        });

        assertSame(failure, Failures.failure(IllegalStateException.class, answer));
    }

    @Test
    @DisplayName("headers, method, body and timeout of the request are sent as they are, each time")
    void requestIsKept() throws Exception {
        client.send(
                request()
                        .header("X-Own", "a")
                        .timeout(Duration.ofSeconds(20))
                        .version(HttpClient.Version.HTTP_1_1)
                        .method("PATCH", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("abc".getBytes())))
                        .build(),
                BodyHandlers.ofString());

        for (var sent : api.getRequests()) {
            assertEquals("PATCH /orders HTTP/1.1", sent.getRequestLine());
            assertEquals(List.of("a"), sent.all("x-own"));
            assertEquals("abc", new String(sent.getBody()));
            assertEquals(1, sent.all("authorization").size());
        }
        assertEquals(2, api.getRequests().size());
    }

    @Test
    @DisplayName("the timeout of a request ends a send that takes longer")
    void timeout() throws Exception {
        try (var silent = new LocalServer(new ServerSocket(0), connection -> {
            connection.awaitEnd();
            return Unit.INSTANCE;
        })) {
            var slow = AuthorizedHttpClient.of(access(silent), plain);
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + silent.getPort()))
                    .timeout(Duration.ofMillis(200))
                    .build();

            assertThrows(HttpTimeoutException.class, () -> slow.send(request, BodyHandlers.ofString()));
            assertEquals(1, silent.getRequests().size());
        }
    }

    @Test
    @DisplayName("a blocking send throws the failure of the client, and of the token source, as it is")
    void failures() {
        api.close();
        assertThrows(ConnectException.class, () -> client.send(request().build(), BodyHandlers.ofString()));

        service.close();
        assertThrows(IllegalStateException.class, () -> client.send(request().build(), BodyHandlers.ofString()));
    }

    @Test
    @DisplayName("a thread that is interrupted ends its request")
    void interrupted() throws Exception {
        fixture.shutGate();
        var outcome = new CompletableFuture<Throwable>();
        var thread = new Thread(() -> outcome.complete(assertThrows(
                InterruptedException.class, () -> client.send(request().build(), BodyHandlers.ofString()))));
        thread.start();
        fixture.awaitRequest();

        thread.interrupt();

        assertTrue(outcome.get(10, TimeUnit.SECONDS) instanceof InterruptedException);
        assertEquals(0, api.getRequests().size());
    }

    @Test
    @DisplayName("a future that is cancelled stays so, and nothing is sent")
    void cancelled() throws Exception {
        fixture.shutGate();
        var answer = client.sendAsync(request().build(), BodyHandlers.ofString());
        fixture.awaitRequest();

        answer.cancel(false);
        fixture.openGate();

        assertThrows(CancellationException.class, answer::join);
        service.source().token().get(10, TimeUnit.SECONDS);
        assertEquals(0, api.getRequests().size());
    }

    @Test
    @DisplayName("a client that follows redirects is refused")
    void redirects() {
        for (Redirect redirect : List.of(Redirect.ALWAYS, Redirect.NORMAL)) {
            var following = HttpClient.newBuilder().followRedirects(redirect).build();

            var failure =
                    assertThrows(IllegalArgumentException.class, () -> AuthorizedHttpClient.of(access, following));

            assertTrue(failure.getMessage().contains(redirect.name()), failure::getMessage);
        }
    }

    @Test
    @DisplayName("what the client is set to can be read, and no text shows a secret")
    void properties() {
        assertEquals(plain.version(), client.version());
        assertSame(plain.sslContext(), client.sslContext());
        assertArrayEquals(
                plain.sslParameters().getProtocols(), client.sslParameters().getProtocols());
        assertEquals(Redirect.NEVER, client.followRedirects());
        assertEquals(plain.proxy(), client.proxy());
        assertEquals(plain.authenticator(), client.authenticator());
        assertEquals(plain.cookieHandler(), client.cookieHandler());
        assertEquals(plain.connectTimeout(), client.connectTimeout());
        assertEquals(plain.executor(), client.executor());
        assertThrows(UnsupportedOperationException.class, client::newWebSocketBuilder);
        assertEquals(
                "AuthorizedHttpClient(AsyncResourceAccess(http://127.0.0.1:" + api.getPort() + "))", client.toString());
        assertFalse(new AuthorizedRequest(request().build(), Map.of("authorization", List.of("Bearer secret-1")))
                .toString()
                .contains("secret-1"));
    }
}
