package dev.openidclient.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.Connection;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.resourceserver.ResourceRequest;
import dev.openidclient.samples.recipes.ReceivedTokens;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.testserver.TestServerSettings;
import dev.openidclient.tokenstore.InMemoryReplayCache;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipe of the receiving side, with the authorization server that tests have in their own process. */
class RecipesReceivingIT {
    private final TestAuthorizationServer server = TestAuthorizationServer.of(TestServerSettings::jwtAccessTokens);

    private ResourceRequest request(AsyncOpenIdClient client, String scope) {
        var tokens = client.clientCredentialsGrant(
                        r -> r.resource("https://api.example.com").scope(scope))
                .join();
        var headers = Map.of("authorization", List.of("Bearer " + tokens.getAccessToken()));
        return ResourceRequest.of("GET", "https://api.example.com/orders", headers);
    }

    @Test
    @DisplayName("ReceivedTokens")
    void receivedTokens() {
        try (var client = AsyncOpenIdClient.create(
                        server.getMetadata(),
                        "app",
                        settings -> settings.authentication(new ClientSecretBasic("a-secret"))
                                .transport(server));
                var connection = Connection.open(settings -> settings.transport(server));
                var api = ReceivedTokens.ordersApi(server.getIssuer(), connection, new InMemoryReplayCache())) {
            var access = ReceivedTokens.readOrders(api, request(client, "orders:read"))
                    .join();
            assertEquals("app", access.getClientId());
            var refused = ReceivedTokens.readOrders(api, request(client, "stock:read"));
            var failure = AsyncErrors.unwrap(assertThrows(CompletionException.class, refused::join));
            assertEquals(
                    403,
                    assertInstanceOf(RequestRefusedException.class, failure).getStatus());
            assertTrue(ReceivedTokens.apiDocument(api).contains("\"resource\":\"https://api.example.com\""));
        }
    }
}
