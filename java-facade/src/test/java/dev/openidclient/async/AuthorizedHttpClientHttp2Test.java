package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.contract.LocalServer;
import dev.openidclient.testserver.OwnCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kotlin.Unit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.PushPromise;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AuthorizedHttpClientHttp2Test {
    private static final String REFUSAL = "Bearer error=\"invalid_token\"";

    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final AsyncClientCredentialsTokens service = AsyncClientCredentialsTokens.of(fixture.client);
    private final MockWebServer api = new MockWebServer();

    /** Brings each connection to the server, whose promises name no port. */
    private final LocalServer tunnel = LocalServer.conversing(new ServerSocket(0), connection -> {
        connection.readRequest();
        connection.write("HTTP/1.1 200 OK\r\n\r\n");
        connection.tunnelTo(this.api().getPort());
        return Unit.INSTANCE;
    });

    private HttpClient client;
    private String origin;
    private AsyncResourceAccess access;

    AuthorizedHttpClientHttp2Test() throws IOException {}

    private MockWebServer api() {
        return api;
    }

    @BeforeEach
    void start() throws Exception {
        var certificate = new OwnCertificate();
        api.useHttps(certificate.context().getSocketFactory());
        api.start(InetAddress.getByName("127.0.0.1"), 0);
        origin = "https://" + api.getHostName();
        access = AsyncResourceAccess.of(fixture.client, service.source(), settings -> settings.allow(origin));
        var plain = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress("127.0.0.1", tunnel.getPort())))
                .sslContext(trusting(certificate))
                .build();
        client = AuthorizedHttpClient.of(access, plain);
    }

    private static SSLContext trusting(OwnCertificate certificate) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", certificate.getCertificate());
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @AfterEach
    void stop() {
        tunnel.close();
        api.close();
        service.close();
        fixture.close();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(origin + "/orders"));
    }

    private static MockResponse.Builder answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body);
    }

    @Test
    @DisplayName("over HTTP/2 a request is sent again on the same connection, with its body and another token")
    void sentAgain() throws Exception {
        api.enqueue(
                answer(401, "refused").addHeader("WWW-Authenticate", REFUSAL).build());
        api.enqueue(answer(200, "orders").build());

        var answer = client.send(request().POST(BodyPublishers.ofString("abc")).build(), BodyHandlers.ofString());

        assertEquals("orders", answer.body());
        assertEquals(Version.HTTP_2, answer.version());
        var first = api.takeRequest();
        var second = api.takeRequest();
        assertEquals("abc", first.getBody().utf8());
        assertEquals("abc", second.getBody().utf8());
        assertEquals(first.getConnectionIndex(), second.getConnectionIndex());
        assertNotEquals(
                first.getHeaders().get("authorization"), second.getHeaders().get("authorization"));
    }

    @Test
    @DisplayName("an answer over HTTP/2 that is discarded is not read, and the connection goes on")
    void discarded() throws Exception {
        api.enqueue(answer(401, "a".repeat(3_000_000))
                .addHeader("WWW-Authenticate", REFUSAL)
                .build());
        api.enqueue(answer(200, "orders").build());

        assertEquals(
                "orders",
                client.send(request().build(), BodyHandlers.ofString()).body());

        assertEquals(api.takeRequest().getConnectionIndex(), api.takeRequest().getConnectionIndex());
    }

    @Test
    @DisplayName("what is pushed is the caller's: its request is the caller's too, and neither has a token")
    void pushed() throws Exception {
        api.enqueue(answer(200, "orders")
                .addPush(push("/prices", answer(200, "prices")))
                .build());
        var request = request().build();
        var promises = new Promises(true);

        assertEquals(
                "orders",
                client.sendAsync(request, BodyHandlers.ofString(), promises)
                        .get(10, TimeUnit.SECONDS)
                        .body());

        assertEquals(Map.of("/prices", "prices"), promises.bodies());
        assertSame(request, promises.initiating);
        for (var pushed : promises.answers.values()) {
            assertTrue(pushed.join()
                    .request()
                    .headers()
                    .firstValue("authorization")
                    .isEmpty());
        }
    }

    @Test
    @DisplayName("a pushed answer is not judged, whatever its status is")
    void pushedRefusal() throws Exception {
        api.enqueue(answer(200, "orders")
                .addPush(push("/prices", answer(401, "refused").addHeader("WWW-Authenticate", REFUSAL)))
                .build());
        var promises = new Promises(true);

        client.sendAsync(request().build(), BodyHandlers.ofString(), promises).get(10, TimeUnit.SECONDS);

        assertEquals(Map.of("/prices", "refused"), promises.bodies());
        assertEquals(1, fixture.tokenRequests());
    }

    @Test
    @DisplayName("a promise that is not accepted is refused, and the answer comes")
    void notAccepted() throws Exception {
        api.enqueue(answer(200, "orders")
                .addPush(push("/prices", answer(200, "prices")))
                .build());
        var promises = new Promises(false);

        assertEquals(
                "orders",
                client.sendAsync(request().build(), BodyHandlers.ofString(), promises)
                        .get(10, TimeUnit.SECONDS)
                        .body());

        assertEquals(Map.of(), promises.bodies());
    }

    @Test
    @DisplayName("a promise of another origin is refused, whatever its handler would do")
    void foreignPromise() throws Exception {
        service.source().token().get(10, TimeUnit.SECONDS);
        var request = request().build();
        for (String url : List.of(
                "https://other.example.net/a",
                "https://" + api.getHostName() + ":1/a",
                origin.replace("https", "http") + "/a",
                origin + "/a",
                origin + ":443/a",
                origin.replace("https", "HTTPS") + "/a")) {
            var pushing = new Pushing(HttpRequest.newBuilder(URI.create(url)).build());
            var promises = new Promises(true);

            AuthorizedHttpClient.of(access, pushing).sendAsync(request, BodyHandlers.ofString(), promises);

            boolean isOwn = List.of(origin + "/a", origin + ":443/a").contains(url.toLowerCase(Locale.ROOT));
            assertEquals(isOwn ? request : null, promises.initiating, url);
        }
    }

    @Test
    @DisplayName("cancelling ends the stream and nothing else of the connection")
    void cancelled() throws Exception {
        api.enqueue(answer(401, "").addHeader("WWW-Authenticate", REFUSAL).build());
        api.enqueue(answer(200, "late").headersDelay(1, TimeUnit.MINUTES).build());
        api.enqueue(answer(200, "orders").build());
        var late = client.sendAsync(request().build(), BodyHandlers.ofString());
        int connection = api.takeRequest(10, TimeUnit.SECONDS).getConnectionIndex();
        assertEquals(connection, api.takeRequest(10, TimeUnit.SECONDS).getConnectionIndex());

        late.cancel(true);

        assertEquals(
                "orders",
                client.send(request().build(), BodyHandlers.ofString()).body());
        assertEquals(connection, api.takeRequest().getConnectionIndex());
    }

    private static PushPromise push(String path, MockResponse.Builder answer) {
        return new PushPromise("GET", path, Headers.of(":scheme", "https"), answer.build());
    }

    /** A client whose server promises what it was told to, of any origin. */
    private static final class Pushing extends OtherHttpClient {
        private final HttpRequest pushed;

        Pushing(HttpRequest pushed) {
            this.pushed = pushed;
        }

        @Override
        public <T> CompletableFuture<HttpResponse<T>> sendAsync(
                HttpRequest request, HttpResponse.BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
            pushes.applyPushPromise(request, pushed, accepted -> new CompletableFuture<>());
            return new CompletableFuture<>();
        }
    }

    private static final class Promises implements PushPromiseHandler<String> {
        final Map<HttpRequest, CompletableFuture<HttpResponse<String>>> answers = new ConcurrentHashMap<>();
        private final boolean accepts;
        volatile HttpRequest initiating;

        Promises(boolean accepts) {
            this.accepts = accepts;
        }

        @Override
        public void applyPushPromise(
                HttpRequest initiating,
                HttpRequest pushed,
                Function<HttpResponse.BodyHandler<String>, CompletableFuture<HttpResponse<String>>> acceptor) {
            this.initiating = initiating;
            if (accepts) {
                answers.put(pushed, acceptor.apply(BodyHandlers.ofString()));
            }
        }

        Map<String, String> bodies() throws Exception {
            var bodies = new TreeMap<String, String>();
            for (var entry : answers.entrySet()) {
                bodies.put(
                        entry.getKey().uri().getPath(),
                        entry.getValue().get(10, TimeUnit.SECONDS).body());
            }
            return bodies;
        }
    }
}
