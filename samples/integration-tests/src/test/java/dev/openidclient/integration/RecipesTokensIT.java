package dev.openidclient.integration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.Parameters;
import dev.openidclient.logout.LogoutRequest;
import dev.openidclient.samples.recipes.BackChannelLogout;
import dev.openidclient.samples.recipes.OnBehalfOf;
import dev.openidclient.samples.recipes.ServiceTokens;
import dev.openidclient.samples.recipes.SessionTokens;
import dev.openidclient.samples.recipes.WorkloadIdentity;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.testserver.TestServerSettings;
import dev.openidclient.tokenstore.InMemoryReplayCache;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipes of token sources, with the authorization server that tests have in their own process. */
class RecipesTokensIT {
    private static final String API = "https://api.example.com/orders";

    private final TestAuthorizationServer server = TestAuthorizationServer.of(TestServerSettings::rotateRefreshTokens);
    private final AsyncHttpTransport ofServer = AsyncHttpTransport.from(server);
    private final AsyncOpenIdClient client = AsyncOpenIdClient.create(
            server.getMetadata(),
            "app",
            settings -> settings.authentication(new ClientSecretBasic("a-secret"))
                    .transport(AsyncHttpTransport.toTransport(this::send)));

    private CompletionStage<HttpResponse> send(HttpRequest request) {
        return request.getUrl().equals(API)
                ? CompletableFuture.completedFuture(new HttpResponse(200, HttpHeaders.EMPTY, "orders".getBytes(UTF_8)))
                : ofServer.send(request);
    }

    private void answerWithToken() {
        var json = "{\"access_token\": \"a\", \"token_type\": \"Bearer\", \"expires_in\": 300}";
        var headers = HttpHeaders.of(Map.of("content-type", List.of("application/json")));
        server.getTokenEndpoint().answerNext(new HttpResponse(200, headers, json.getBytes(UTF_8)));
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    @DisplayName("ServiceTokens")
    void serviceTokens() {
        try (var service = ServiceTokens.serviceTokens(client)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        "orders",
                        ServiceTokens.call(client, ServiceTokens.ordersTokens(service), API)
                                .join());
            }
        }
        assertEquals(1, server.getTokenEndpoint().getRequestCount());
    }

    @Test
    @DisplayName("SessionTokens")
    void sessionTokens() {
        try (var users = SessionTokens.sessionTokens(client)) {
            assertTrue(SessionTokens.usable(users, "a-session").join().isEmpty());
            SessionTokens.keep(users, "a-session", server.tokens()).join();
            assertTrue(SessionTokens.usable(users, "a-session").join().isPresent());
            SessionTokens.forget(users, "a-session").join();
            assertTrue(SessionTokens.usable(users, "a-session").join().isEmpty());
        }
        assertEquals(1, server.getRevocationEndpoint().getRequestCount());
    }

    @Test
    @DisplayName("BackChannelLogout")
    void backChannelLogout() {
        var tokens = server.tokens("alice");
        var replays = new InMemoryReplayCache();
        var token = server.logoutToken("app", "alice", tokens.getClaims().getSessionId());
        var request = LogoutRequest.read(Parameters.of(Map.of("logout_token", token)));
        try (var users = BackChannelLogout.endableSessions(client)) {
            users.put("a-session", tokens).join();
            assertEquals(
                    200,
                    BackChannelLogout.serverLogout(client, users, replays, request)
                            .join()
                            .getStatus());
            assertNull(users.load("a-session").join());
            assertEquals(
                    400,
                    BackChannelLogout.serverLogout(client, users, replays, request)
                            .join()
                            .getStatus());
        }
        BackChannelLogout.frameLogout(client, "", tokens.getClaims());
    }

    @Test
    @DisplayName("OnBehalfOf")
    void onBehalfOf() {
        var received = server.tokens("alice", "app", signIn -> signIn.scope("openid", "stock:read"))
                .getAccessToken();
        var until = Instant.now().plusSeconds(60);
        try (var stock = OnBehalfOf.stockTokens(client)) {
            var tokens = OnBehalfOf.tokens(stock, received, until).join();
            assertSame(tokens, OnBehalfOf.tokens(stock, received, until).join());
        }
        assertEquals("stock", server.getRequests().get(0).parameter("audience"));
        answerWithToken();
        try (var stock = OnBehalfOf.entraStockTokens(client)) {
            assertEquals("a", OnBehalfOf.tokens(stock, received, until).join().getAccessToken());
        }
        assertEquals("on_behalf_of", server.getRequests().get(1).parameter("requested_token_use"));
    }

    @Test
    @DisplayName("WorkloadIdentity")
    void workloadIdentity() throws IOException {
        var file = Files.createTempFile("token", null);
        Files.writeString(file, "the.platform.jwt\n");
        answerWithToken();
        try (var tokens = WorkloadIdentity.workloadTokens(client, file)) {
            assertEquals("a", tokens.token().join().getAccessToken());
        }
        assertEquals("the.platform.jwt", server.getRequests().get(0).parameter("assertion"));
        Files.delete(file);
    }
}
