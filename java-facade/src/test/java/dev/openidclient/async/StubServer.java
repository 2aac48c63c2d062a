package dev.openidclient.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.Parameters;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An authorization server on loopback that answers each path with what the test says, and everything else with 404. */
final class StubServer implements AutoCloseable {
    static final String CLIENT_ID = "s6BhdRkqt3";
    static final String SUBJECT = "248289761001";
    static final String TOKENS =
            "{\"access_token\":\"the-access-token\",\"token_type\":\"Bearer\",\"expires_in\":3600}";

    /** What the server was sent. */
    static final class Received {
        final String path;
        final Map<String, List<String>> headers;
        final Parameters form;

        Received(HttpExchange exchange) throws IOException {
            path = exchange.getRequestURI().getPath();
            headers = exchange.getRequestHeaders();
            form = Parameters.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        }

        String header(String name) {
            return String.join(", ", headers.getOrDefault(name, List.of()));
        }
    }

    private static final class Answer {
        final int status;
        final String contentType;
        final String body;

        Answer(int status, String contentType, String body) {
            this.status = status;
            this.contentType = contentType;
            this.body = body;
        }
    }

    final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final HttpServer server;

    StubServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
        answer("/.well-known/openid-configuration", 200, metadataDocument(issuer()));
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    AuthorizationServerMetadata metadata() {
        return AuthorizationServerMetadata.parse(metadataDocument(issuer()));
    }

    /** A client of this server that was made from its metadata. */
    AsyncOpenIdClient client() {
        return AsyncOpenIdClient.create(metadata(), CLIENT_ID, insecure());
    }

    static Consumer<ClientSettings> insecure() {
        return ClientSettings::allowInsecureRequests;
    }

    StubServer answer(String path, int status, String json) {
        answers.put(path, new Answer(status, "application/json", json));
        return this;
    }

    Received lastTo(String path) {
        return received.stream()
                .filter(request -> request.path.equals(path))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** What a transport of the test's own answers. */
    static HttpResponse response(String json) {
        return new HttpResponse(
                200, HttpHeaders.of(Map.of("content-type", List.of("application/json"))), json.getBytes(UTF_8));
    }

    static String metadataDocument(String issuer) {
        return "{\"issuer\":\"" + issuer + "\",\"authorization_endpoint\":\"" + issuer
                + "/authorize\",\"token_endpoint\":\"" + issuer + "/token\",\"userinfo_endpoint\":\"" + issuer
                + "/userinfo\",\"end_session_endpoint\":\"" + issuer + "/logout\",\"jwks_uri\":\"" + issuer
                + "/jwks\"}";
    }

    /** What a token endpoint answers, with an ID Token whose signature no one looks at; {@code nonce} may be empty. */
    String tokensWithIdToken(String nonce) {
        long now = Instant.now().getEpochSecond();
        String claims =
                "{\"iss\":\"" + issuer() + "\",\"sub\":\"" + SUBJECT + "\",\"aud\":\"" + CLIENT_ID + "\",\"iat\":" + now
                        + ",\"exp\":" + (now + 300) + (nonce.isEmpty() ? "" : ",\"nonce\":\"" + nonce + "\"") + "}";
        String idToken = encoded("{\"alg\":\"RS256\"}") + "." + encoded(claims) + "." + encoded("signature");
        return "{\"access_token\":\"the-access-token\",\"token_type\":\"Bearer\","
                + "\"refresh_token\":\"the-refresh-token\",\"id_token\":\"" + idToken + "\"}";
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private void handle(HttpExchange exchange) throws IOException {
        Received request = new Received(exchange);
        received.add(request);
        Answer answer = answers.getOrDefault(request.path, new Answer(404, "text/plain", "not found"));
        byte[] body = answer.body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType);
        exchange.sendResponseHeaders(answer.status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
