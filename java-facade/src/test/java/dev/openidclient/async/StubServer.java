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
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
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
        final String method;
        final String path;
        final Map<String, List<String>> headers;
        final String body;
        final Parameters form;

        Received(HttpExchange exchange) throws IOException {
            method = exchange.getRequestMethod();
            path = exchange.getRequestURI().getPath();
            headers = exchange.getRequestHeaders();
            body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            form = Parameters.parse(body);
        }

        String header(String name) {
            return String.join(", ", headers.getOrDefault(name, List.of()));
        }
    }

    private static final class Answer {
        final int status;
        final Map<String, String> headers;
        final String body;

        Answer(int status, Map<String, String> headers, String body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }
    }

    final List<Received> received = new CopyOnWriteArrayList<>();

    /** Who holds its lock holds the answers up. */
    final Object held = new Object();

    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
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
        return answer(path, status, json, Map.of());
    }

    StubServer answer(String path, int status, String json, Map<String, String> headers) {
        answers.remove(path);
        return then(path, status, json, headers);
    }

    /** Answers so after what was said before, each once but the last. */
    StubServer then(String path, int status, String json) {
        return then(path, status, json, Map.of());
    }

    private StubServer then(String path, int status, String json, Map<String, String> headers) {
        var all = new HashMap<>(Map.of("Content-Type", "application/json"));
        all.putAll(headers);
        answers.computeIfAbsent(path, unknown -> new ConcurrentLinkedDeque<>()).add(new Answer(status, all, json));
        return this;
    }

    long count(String path) {
        return received.stream().filter(request -> request.path.equals(path)).count();
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
                + "/jwks\",\"pushed_authorization_request_endpoint\":\"" + issuer
                + "/par\",\"device_authorization_endpoint\":\"" + issuer
                + "/device\",\"backchannel_authentication_endpoint\":\"" + issuer
                + "/backchannel\",\"introspection_endpoint\":\"" + issuer + "/introspect\",\"revocation_endpoint\":\""
                + issuer + "/revoke\",\"registration_endpoint\":\"" + issuer + "/register\"}";
    }

    /** What a token endpoint answers, with an ID Token whose signature no one looks at; {@code nonce} may be empty. */
    String tokensWithIdToken(String nonce) {
        String idToken =
                encoded("{\"alg\":\"RS256\"}") + "." + encoded(idTokenClaims(nonce)) + "." + encoded("signature");
        return "{\"access_token\":\"the-access-token\",\"token_type\":\"Bearer\","
                + "\"refresh_token\":\"the-refresh-token\",\"id_token\":\"" + idToken + "\"}";
    }

    /** The claims of an ID Token for the client; {@code nonce} may be empty. */
    String idTokenClaims(String nonce) {
        long now = Instant.now().getEpochSecond();
        return "{\"iss\":\"" + issuer() + "\",\"sub\":\"" + SUBJECT + "\",\"aud\":\"" + CLIENT_ID + "\",\"iat\":" + now
                + ",\"exp\":" + (now + 300) + (nonce.isEmpty() ? "" : ",\"nonce\":\"" + nonce + "\"") + "}";
    }

    static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private void handle(HttpExchange exchange) throws IOException {
        Received request = new Received(exchange);
        received.add(request);
        Answer answer;
        synchronized (held) {
            answer = next(request.path);
        }
        byte[] body = answer.body.getBytes(UTF_8);
        answer.headers.forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Answer next(String path) {
        var left = answers.getOrDefault(path, new ConcurrentLinkedDeque<>());
        if (left.isEmpty()) {
            return new Answer(404, Map.of("Content-Type", "text/plain"), "not found");
        }
        return left.size() == 1 ? left.peek() : left.remove();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
