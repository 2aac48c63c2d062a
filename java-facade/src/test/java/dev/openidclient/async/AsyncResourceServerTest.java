package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.Connection;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.error.TransportException;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.resourceserver.ResourceRequest;
import dev.openidclient.resourceserver.ResourceServerSettings;
import dev.openidclient.testserver.TestServerSettings;
import dev.openidclient.tokenstore.InMemoryReplayCache;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncResourceServerTest {
    private static final String RESOURCE = "https://api.example.com";
    private static final String METADATA =
            "resource_metadata=\"https://api.example.com/.well-known/oauth-protected-resource\"";

    private final TokenSourceFixture fixture = new TokenSourceFixture(
            (TestServerSettings settings) -> settings.jwtAccessTokens().signingAlgorithm(JwsAlgorithm.ES256));
    private final AsyncResourceServer api = AsyncResourceServer.create(RESOURCE, this::settings);

    @AfterEach
    void stop() {
        api.close();
        fixture.close();
    }

    private void settings(ResourceServerSettings settings) {
        settings.issuer(fixture.server.getIssuer())
                .connection(sending -> sending.transport(AsyncHttpTransport.toTransport(fixture)));
    }

    private ResourceRequest bearer(String... scopes) throws Exception {
        String token = success(fixture.client.clientCredentialsGrant(
                        request -> request.scope(scopes).resource(RESOURCE)))
                .getAccessToken();
        return request("Bearer " + token);
    }

    private static ResourceRequest request(String authorization) {
        return ResourceRequest.of("GET", RESOURCE + "/orders", Map.of("Authorization", List.of(authorization)));
    }

    @Test
    @DisplayName("a token is taken, and says what it grants")
    void takes() throws Exception {
        GrantedAccess access = success(api.authorize(bearer("orders:read", "orders:write")));

        assertSame(access, access.requireScopes("orders:read").requireAnyScope("orders:write", "orders:delete"));
        assertEquals("Bearer", access.getTokenType());
        assertEquals(fixture.server.getIssuer(), access.getIssuer());
        assertEquals(TokenSourceFixture.CLIENT_ID, access.getClientId());
        assertEquals(List.of(RESOURCE), access.getAudience());
        assertEquals(Map.of(), access.getResponseHeaders());
    }

    @Test
    @DisplayName("a refusal has the answer to send")
    void refuses() throws Exception {
        ResourceRequest bare = ResourceRequest.of("GET", RESOURCE, Map.of());
        RequestRefusedException refused = failure(RequestRefusedException.class, api.authorize(bare));
        assertEquals(401, refused.getStatus());
        assertEquals(Map.of("www-authenticate", List.of("Bearer " + METADATA)), refused.getHeaders());

        assertEquals(
                "invalid_token",
                failure(RequestRefusedException.class, api.authorize(request("Bearer opaque")))
                        .getError());

        GrantedAccess access = success(api.authorize(bearer("orders:read")));
        RequestRefusedException scope =
                assertThrows(RequestRefusedException.class, () -> access.requireScopes("orders:write"));
        assertEquals(403, scope.getStatus());
        RequestRefusedException age =
                assertThrows(RequestRefusedException.class, () -> access.requireAuthentication(Duration.ofMinutes(5)));
        assertEquals("insufficient_user_authentication", age.getError());
        assertThrows(RequestRefusedException.class, () -> access.requireAuthentication(List.of("phr")));
        assertThrows(
                RequestRefusedException.class,
                () -> access.requireAuthorizationDetails("payment", detail -> detail.getActions() != null));
    }

    @Test
    @DisplayName("a server that cannot be reached is no refusal")
    void outage() throws Exception {
        ResourceRequest request = bearer("orders:read");
        fixture.server.setDown(true);

        OAuthException failed = failure(OAuthException.class, api.authorize(request));

        assertEquals(TransportException.class, failed.getClass());
    }

    @Test
    @DisplayName("a token is judged on the thread that brings it, once the keys are known")
    void inPlace() throws Exception {
        ResourceRequest request = bearer("orders:read");
        success(api.authorize(request));

        CompletableFuture<GrantedAccess> judged = api.authorize(request);

        assertTrue(judged.isDone());
    }

    @Test
    @DisplayName("what has to wait runs on the executor that was given, and close leaves it running")
    void onExecutor() throws Exception {
        var ran = new ConcurrentLinkedQueue<Runnable>();
        Executor executor = work -> {
            ran.add(work);
            ForkJoinPool.commonPool().execute(work);
        };
        try (AsyncResourceServer other = AsyncResourceServer.create(RESOURCE, this::settings, executor)) {
            success(other.authorize(bearer("orders:read")));
        }
        assertTrue(!ran.isEmpty());
    }

    @Test
    @DisplayName("cancelling ends the waiting of one request, and no other's")
    void cancels() throws Exception {
        ResourceRequest request = bearer("orders:read");
        fixture.shutGate();
        CompletableFuture<GrantedAccess> impatient = api.authorize(request);
        CompletableFuture<GrantedAccess> patient = api.authorize(request);
        impatient.cancel(true);
        fixture.openGate();

        assertEquals("orders:read", String.join(" ", success(patient).getScopes()));
        assertTrue(impatient.isCancelled());
    }

    @Test
    @DisplayName("after close nobody is answered")
    void closes() {
        api.close();

        failure(IllegalStateException.class, api.authorize(request("Bearer a")));
    }

    @Test
    @DisplayName("the metadata are those of the settings")
    void metadata() {
        assertEquals(
                "{\"resource\":\"https://api.example.com\",\"authorization_servers\":[\"" + fixture.server.getIssuer()
                        + "\"],\"bearer_methods_supported\":[\"header\"]}",
                api.getMetadata().toString());
        assertEquals("/.well-known/oauth-protected-resource", api.getMetadataPath());
        assertEquals(List.of("application/json"), api.getMetadataHeaders().get("content-type"));
        assertEquals(RESOURCE, api.getResource());
        assertEquals("AsyncResourceServer(https://api.example.com)", api.toString());
    }

    @Test
    @DisplayName("every setting chains, and takes its own in Java")
    void chains() {
        Connection connection = Connection.open();
        Consumer<ResourceServerSettings> configure = settings -> settings.issuer("https://as.example.com")
                .issuer(
                        "https://entra.example.com",
                        issuer -> issuer.acceptUntyped()
                                .acceptMissing("client_id")
                                .scopeClaim("scp")
                                .algorithms(JwsAlgorithm.RS256)
                                .jwksOutageTolerance(Duration.ofHours(1)))
                .issuer(
                        "https://legacy.example.com",
                        issuer -> issuer.introspection("api", new ClientSecretBasic("s"))
                                .introspection(
                                        "api", new ClientSecretBasic("s"), client -> client.nonRepudiationChecks())
                                .cache(Duration.ofSeconds(30))
                                .staleOnOutage(Duration.ofMinutes(1))
                                .requireAudience())
                .audience("orders")
                .realm("orders")
                .scopesSupported("orders:read")
                .resourceName("Orders")
                .dpop(proofs -> proofs.requireNonce().replayCache(new InMemoryReplayCache()))
                .forwarded("10.0.0.0/8")
                .requireSenderConstrained()
                .connection(connection);
        try (AsyncResourceServer server = AsyncResourceServer.create(RESOURCE, configure)) {
            assertSame(connection, server.getConnection());
            assertTrue(server.getMetadata().toString().contains("\"resource_name\":\"Orders\""));
        }
        connection.close();
    }

    @Test
    @DisplayName("settings that contradict themselves are refused at once")
    void contradictions() {
        assertThrows(IllegalArgumentException.class, () -> AsyncResourceServer.create(RESOURCE, settings -> {}));
        assertThrows(IllegalArgumentException.class, () -> AsyncResourceServer.create("api", this::settings));
    }
}
