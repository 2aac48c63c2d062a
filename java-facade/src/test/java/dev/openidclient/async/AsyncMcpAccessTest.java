package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.openidclient.agent.InteractiveTokensSettings;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.error.AuthorizationRequiredException;
import dev.openidclient.http.HttpBody;
import dev.openidclient.resource.ChallengedRequest;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.TokenState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Over sockets: a resource, its authorization server, and both HTTP clients. */
class AsyncMcpAccessTest {
    private static final String CALLBACK = "http://127.0.0.1:1/callback";

    private final TestAuthorizationServer server =
            TestAuthorizationServer.of(settings -> {}).listen();
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private final List<String> called = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer resource;
    private String url = "";

    @BeforeEach
    void listen() throws IOException {
        resource = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        resource.setExecutor(threads);
        url = "http://127.0.0.1:" + resource.getAddress().getPort() + "/mcp";
        resource.createContext(
                "/.well-known/oauth-protected-resource/mcp",
                exchange -> answer(
                        exchange,
                        200,
                        "{\"resource\":\"" + url + "\",\"authorization_servers\":[\"" + server.getIssuer() + "\"]}"));
        resource.createContext("/mcp", exchange -> {
            String authorization = exchange.getRequestHeaders().getFirst("authorization");
            called.add(authorization == null ? "none" : authorization.split(" ")[0]);
            if (authorization == null) {
                exchange.getResponseHeaders().add("www-authenticate", "Bearer realm=\"mcp\"");
            }
            answer(exchange, authorization == null ? 401 : 200, "{}");
        });
        resource.start();
    }

    @AfterEach
    void stop() {
        resource.stop(0);
        threads.shutdownNow();
        server.close();
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.sendResponseHeaders(status, json.length());
        exchange.getResponseBody().write(json.getBytes(UTF_8));
        exchange.close();
    }

    private AsyncMcpAccess access(Consumer<InteractiveTokensSettings> configure) {
        return AsyncMcpAccess.of(url, settings -> {
            settings.connection(connection -> connection.allowInsecureRequests());
            settings.register();
            configure.accept(settings);
        });
    }

    /** A browser that signs in at once. */
    private AuthorizationHandler browser() {
        return (begin, continuation) -> AwaitedStage.await(
                Calls.UNOWNED
                        .<AuthorizationRequest>future(k -> begin.invoke(CALLBACK, k))
                        .thenApply(this::signIn),
                "the browser",
                continuation);
    }

    private AuthorizationCallback signIn(AuthorizationRequest request) {
        opened.add(request.getUrl());
        return AuthorizationCallback.url(server.signIn(request.getUrl()));
    }

    @Test
    @DisplayName("from the URL of a server to an answer, over sockets")
    void sends() throws Exception {
        try (var mcp = access(settings -> settings.authorize(browser()))) {
            var answer =
                    success(mcp.send(request -> request.method("POST").body(HttpBody.text("application/json", "{}"))));

            assertEquals(200, answer.getStatus());
            assertEquals(200, success(mcp.send()).getStatus());
            assertEquals(List.of("none", "Bearer", "Bearer"), called);
            assertEquals(1, opened.size());
            assertEquals(server.getIssuer(), success(mcp.token()).getIssuer());
            assertTrue(mcp.toString().contains(url));
        }
    }

    @Test
    @DisplayName("an HttpClient of the JDK is authorized through it, and forty calls at once open one browser")
    void ownClient() throws Exception {
        try (var mcp = access(settings -> settings.authorize(browser()))) {
            var http = AuthorizedHttpClient.of(mcp.access(), HttpClient.newHttpClient());
            var request = HttpRequest.newBuilder(URI.create(url)).build();

            List<CompletableFuture<Integer>> answers = IntStream.range(0, 40)
                    .mapToObj(i ->
                            http.sendAsync(request, BodyHandlers.discarding()).thenApply(it -> it.statusCode()))
                    .collect(toList());

            Set<Integer> statuses =
                    answers.stream().map(CompletableFuture::join).collect(toSet());
            assertEquals(Set.of(200), statuses);
            assertEquals(1, opened.size());
        }
    }

    @Test
    @DisplayName("a web application sends the browser itself, and finishes with the callback")
    void webApplication() throws Exception {
        try (var mcp = access(settings -> settings.redirectUri(CALLBACK))) {
            var required = failure(AuthorizationRequiredException.class, mcp.send());
            assertFalse(required.getMessage().contains(required.getPending()));

            success(mcp.complete(server.signIn(required.getUrl()), required.getPending()));

            assertEquals(200, success(mcp.send()).getStatus());
            assertEquals(200, success(mcp.send(url + "/below")).getStatus());
            failure(IllegalArgumentException.class, mcp.send("http://127.0.0.1:1/mcp"));
            success(mcp.revoke());
            assertEquals(1, server.getRevocationEndpoint().getRequestCount());
            failure(AuthorizationRequiredException.class, mcp.getTokens().token());
            assertNull(mcp.getTokens().tokenFor(url).get());
            success(mcp.closeAsync());
            failure(IllegalStateException.class, mcp.token());
        }
    }

    @Test
    @DisplayName("an assertion of another party is brought for the server")
    void assertion() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        AsyncAssertionProvider provider = metadata -> {
            asked.add(metadata.getIssuer());
            return CompletableFuture.completedFuture("not-known-there");
        };
        try (var mcp = AsyncMcpAccess.of(
                url,
                settings -> settings.connection(connection -> connection.allowInsecureRequests())
                        .registered(server.getIssuer(), "app")
                        .jwtBearer(AsyncAssertionProvider.toAssertionProvider(provider)))) {
            failure(dev.openidclient.error.ResponseBodyException.class, mcp.token());

            assertEquals(List.of(server.getIssuer()), asked);
        }
    }

    @Test
    @DisplayName("other resources have it as client and as tokens of a ResourceAccess")
    void interactiveTokens() throws Exception {
        try (var tokens = AsyncInteractiveTokens.of(
                url,
                settings -> settings.connection(connection -> connection.allowInsecureRequests())
                        .register()
                        .authorize(browser()),
                threads)) {
            var origin = url.substring(0, url.length() - "/mcp".length());
            var access = AsyncResourceAccess.of(tokens, tokens, settings -> settings.allowInsecure(origin));

            var first = success(access.authorize("GET", url));
            assertNull(first.getScheme());
            assertEquals(
                    dev.openidclient.resource.Verdict.SEND_AGAIN,
                    success(access.judge(first, 401, dev.openidclient.http.HttpHeaders.of(Map.of()))));
            var second = success(access.authorize("GET", url, null, first));

            assertEquals("Bearer", second.getScheme());
            assertEquals(url, tokens.getUrl());
            assertEquals(
                    success(tokens.token()).getClientId(),
                    success(tokens.client()).getClientId());
        }
    }

    @Test
    @DisplayName("a handler of the program's own is asked about a challenge")
    void ownHandler() throws Exception {
        TokenResponse tokens = server.tokens("alice", "app");
        List<String> challenges = new CopyOnWriteArrayList<>();
        var handler = new AsyncChallengeHandler() {
            @Override
            public CompletableFuture<TokenResponse> token() {
                return CompletableFuture.completedFuture(tokens);
            }

            @Override
            public CompletableFuture<@Nullable TokenResponse> tokenFor(String url) {
                return CompletableFuture.completedFuture(challenges.isEmpty() ? null : tokens);
            }

            @Override
            public CompletableFuture<Boolean> answer(ChallengedRequest refused) {
                challenges.add(refused.getMethod() + " " + refused.getUrl());
                return CompletableFuture.completedFuture(true);
            }

            @Override
            public void invalidate(TokenResponse refused) {}

            @Override
            public TokenState state() {
                return TokenState.Fresh.INSTANCE;
            }
        };
        try (var client =
                AsyncOpenIdClient.create(server.getMetadata(), "app", settings -> settings.allowInsecureRequests())) {
            var origin = url.substring(0, url.length() - "/mcp".length());
            var access = AsyncResourceAccess.of(client, handler, settings -> settings.allowInsecure(origin));
            var http = AuthorizedHttpClient.of(access, HttpClient.newHttpClient());

            var answer = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding());

            assertEquals(200, answer.statusCode());
            assertEquals(List.of("GET " + url), challenges);
            assertEquals(List.of("none", "Bearer"), called);
        }
    }
}
