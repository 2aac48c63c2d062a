package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.failure;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.MetadataException;
import dev.openidclient.error.OAuthException;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.samples.recipes.LongLivedClient;
import dev.openidclient.samples.recipes.ManyServers;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.testserver.TestServerSettings;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipes of clients for months, over TLS, with the authorization server that tests have in their own process. */
class RecipesLongLivedIT {
    private static final String CALLBACK = "https://rp.example.com/callback";

    private final TestAuthorizationServer server =
            TestAuthorizationServer.of(TestServerSettings::rotateRefreshTokens).listenTls();
    private final JvmTrust trust = new JvmTrust(server.trust());

    @AfterEach
    void close() {
        trust.close();
        server.close();
    }

    @Test
    @DisplayName("LongLivedClient")
    void longLivedClient() {
        try (var oauth = LongLivedClient.client(server.getIssuer(), "app", "a-secret")) {
            server.getDiscovery().failNext(503);
            assertTrue(LongLivedClient.isServerKnown(oauth));
            failure(OAuthException.class, oauth.client());
            assertFalse(LongLivedClient.isServerKnown(oauth));
            await(oauth.refresh());
            try (var service = LongLivedClient.tokens(oauth)) {
                server.getUserinfoEndpoint()
                        .answerNext(new HttpResponse(200, HttpHeaders.EMPTY, "orders".getBytes(UTF_8)));
                assertEquals(
                        "orders",
                        await(LongLivedClient.call(oauth, service.source(), server.getIssuer() + "/userinfo")));
            }
            assertTrue(LongLivedClient.isServerKnown(oauth));
        }
        assertEquals(1, server.getTokenEndpoint().getRequestCount());
    }

    @Test
    @DisplayName("ManyServers")
    void manyServers() {
        var issuer = server.getIssuer();
        try (var tenants = ManyServers.clients(asked ->
                Optional.of(new ManyServers.Tenant("app", "a-secret")).filter(tenant -> asked.equals(issuer)))) {
            var request = await(ManyServers.begin(tenants, issuer, CALLBACK));
            var tokens = await(ManyServers.finish(
                    tenants,
                    server.signIn(request.getUrl()),
                    request.getPending().encode()));
            assertEquals("alice", tokens.getClaims().getSubject());
            failure(MetadataException.class, ManyServers.begin(tenants, "https://other.example.com", CALLBACK));
        }
    }
}
