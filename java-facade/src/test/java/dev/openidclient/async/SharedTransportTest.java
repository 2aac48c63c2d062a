package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.CloseableHttpTransport;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SharedTransportTest {
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpRequest request() {
        return new HttpRequest("GET", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("an opened transport sends from Java, and no more once it is closed")
    void opened(HttpEngine engine) throws Exception {
        CloseableHttpTransport shared = engine.open();
        AsyncHttpTransport async = AsyncHttpTransport.from(shared);

        assertEquals(200, success(async.send(request()).toCompletableFuture()).getStatus());
        shared.close();

        failure(TransportException.class, async.send(request()).toCompletableFuture());
    }

    @Test
    @DisplayName("an opened transport has settings of its own")
    void settings() throws Exception {
        try (CloseableHttpTransport shared =
                HttpEngine.JAVA.open(settings -> settings.tls(tls -> tls.recommendedCipherSuites()))) {
            assertEquals(
                    200,
                    success(AsyncHttpTransport.from(shared).send(request()).toCompletableFuture())
                            .getStatus());
        }
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> HttpEngine.JAVA.open(settings -> settings.proxy(
                        proxy -> proxy.url("http://proxy.example.com:3128").credentials("user", "p4ss"))));
        assertTrue(refused.getMessage().contains("OkHttp"), refused.getMessage());
    }

    @Test
    @DisplayName("a transport hands over headers as they were received")
    void received() {
        var headers = HttpHeaders.received(Map.of("X-A", List.of("1", "a\u0000")));

        assertEquals(Map.of("x-a", List.of("1")), headers.toMap());
    }
}
