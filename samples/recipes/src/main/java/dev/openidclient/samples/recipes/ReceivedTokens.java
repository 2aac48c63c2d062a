package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.client.Connection;
import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.resourceserver.ResourceRequest;
import dev.openidclient.tokenstore.ReplayCache;
import java.util.concurrent.CompletableFuture;

public final class ReceivedTokens {
    private ReceivedTokens() {}

    /** One for the program: it takes access tokens of the issuer for the API, bound to a key or not. */
    public static AsyncResourceServer ordersApi(String issuer, Connection connection, ReplayCache replays) {
        return AsyncResourceServer.create(
                "https://api.example.com",
                s -> s.issuer(issuer)
                        .scopesSupported("orders:read", "orders:write")
                        .dpop(d -> d.replayCache(replays)) // the same for all instances
                        .connection(connection));
    }

    /** Whose orders may be read; else a {@code RequestRefusedException}, whose status and headers are the answer. */
    public static CompletableFuture<GrantedAccess> readOrders(AsyncResourceServer api, ResourceRequest request) {
        return api.authorize(request).thenApply(access -> access.requireScopes("orders:read"));
    }

    /** The answer to {@code GET} of {@code api.getMetadataPath()}: where tokens for the API come from. */
    public static String apiDocument(AsyncResourceServer api) {
        return api.getMetadata().toString();
    }
}
