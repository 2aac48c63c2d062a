package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.contract.LocalServer;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kotlin.Unit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of each send: its time, its end, and whether the server wants its body. */
class AuthorizedHttpClientSendsTest {
    private static final String REFUSAL = "Bearer error=\"invalid_token\"";

    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final AsyncClientCredentialsTokens service = AsyncClientCredentialsTokens.of(fixture.client);
    private final CompletableFuture<Void> second = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @AfterEach
    void stop() {
        service.close();
        fixture.close();
    }

    private HttpClient client(int port) {
        var access = AsyncResourceAccess.of(
                fixture.client, service.source(), settings -> settings.allowInsecure("http://127.0.0.1:" + port));
        return AuthorizedHttpClient.of(access, HttpClient.newHttpClient());
    }

    private static HttpRequest.Builder request(int port) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/orders"));
    }

    /** Refuses the first request; begins an answer to the second with {@code begin}, and does not end it. */
    private LocalServer unending(String begin) throws Exception {
        return LocalServer.conversing(new ServerSocket(0), connection -> {
            if (connection.readRequest() == null) {
                return Unit.INSTANCE;
            }
            if (fixture.tokenRequests() == 1) {
                connection.respond("401 Unauthorized", "", "WWW-Authenticate: " + REFUSAL);
                return Unit.INSTANCE;
            }
            connection.write(begin);
            second.complete(null);
            try {
                connection.awaitEnd();
            } finally {
                ended.complete(null);
            }
            return Unit.INSTANCE;
        });
    }

    @Test
    @DisplayName("the timeout is for the second send too")
    void timeout() throws Exception {
        try (var api = unending("")) {
            var request = request(api.getPort()).timeout(Duration.ofMillis(500)).build();

            assertThrows(
                    HttpTimeoutException.class, () -> client(api.getPort()).send(request, BodyHandlers.ofString()));

            assertEquals(2, api.getRequests().size());
            ended.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    @DisplayName("cancelling ends the second send")
    void cancelledInTheSecondSend() throws Exception {
        try (var api = unending("")) {
            var answer = client(api.getPort()).sendAsync(request(api.getPort()).build(), BodyHandlers.ofString());
            second.get(10, TimeUnit.SECONDS);

            answer.cancel(true);

            ended.get(10, TimeUnit.SECONDS);
            assertThrows(CancellationException.class, answer::join);
            assertEquals(2, api.getRequests().size());
        }
    }

    @Test
    @DisplayName("cancelling ends an answer whose body is not all there")
    void cancelledInTheBody() throws Exception {
        try (var api = unending("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")) {
            var asked = new CompletableFuture<Void>();
            var answer = client(api.getPort()).sendAsync(request(api.getPort()).build(), info -> {
                asked.complete(null);
                return BodyHandlers.ofString().apply(info);
            });
            asked.get(10, TimeUnit.SECONDS);

            answer.cancel(true);

            ended.get(10, TimeUnit.SECONDS);
            assertTrue(answer.isCancelled());
        }
    }

    @Test
    @DisplayName("with expectContinue a refused send has no body, and the one that is wanted has it")
    void expectContinue() throws Exception {
        try (var api = new MockWebServer()) {
            api.enqueue(new MockResponse.Builder()
                    .code(401)
                    .addHeader("WWW-Authenticate", REFUSAL)
                    .addHeader("Connection", "close")
                    .doNotReadRequestBody()
                    .build());
            api.enqueue(
                    new MockResponse.Builder().add100Continue().body("orders").build());
            api.start();
            var request = request(api.getPort())
                    .version(HttpClient.Version.HTTP_1_1)
                    .expectContinue(true)
                    .POST(BodyPublishers.ofString("abc"))
                    .build();

            var answer = client(api.getPort()).sendAsync(request, BodyHandlers.ofString());

            assertEquals("orders", answer.get(20, TimeUnit.SECONDS).body());
            var first = api.takeRequest();
            var again = api.takeRequest();
            assertEquals("100-Continue", first.getHeaders().get("expect"));
            assertEquals("100-Continue", again.getHeaders().get("expect"));
            assertEquals(0, first.getBodySize());
            assertEquals("abc", again.getBody().utf8());
        }
    }
}
