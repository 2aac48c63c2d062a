package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

public final class ClientCredentials {
    private ClientCredentials() {}

    public static CompletableFuture<String> orders(String secret) {
        // region service
        // once, when the program starts
        var client = AsyncOpenIdClient.discover(
                        "https://as.example.com",
                        "s6BhdRkqt3",
                        settings -> settings.authentication(new ClientSecretBasic(secret)))
                .join();

        // once; to keep and renew it, see below
        var orders = client.clientCredentialsGrant(r -> r.scope("orders:read"))
                .thenCompose(tokens -> client.resource("https://api.example.com/orders", tokens));
        // endregion
        return orders.thenApply(answer -> answer.bodyText());
    }

    public static CompletableFuture<AsyncOpenIdClient> withKey(String issuer) throws IOException {
        // region key
        var key = SigningKey.fromPem(Files.readString(Path.of("/run/secrets/client.pem")), JwsAlgorithm.ES256);
        var client = AsyncOpenIdClient.discover(
                issuer, "s6BhdRkqt3", settings -> settings.authentication(new PrivateKeyJwt(key)));
        // endregion
        return client;
    }

    public static CompletableFuture<TokenResponse> forApi(AsyncOpenIdClient client) {
        // region api
        var tokens = client.clientCredentialsGrant(r -> r.scope("orders:read")
                .resource("https://api.example.com") // RFC 8707
                .parameter("audience", "https://api.example.com")); // a server's own name for the same, as Auth0's
        // endregion
        return tokens;
    }

    // region keep
    /** What calls the API of the orders in the service's own name. */
    public static final class OrdersApi implements AutoCloseable {
        private final AsyncOpenIdClient client;
        private final AsyncClientCredentialsTokens service;
        private final AsyncTokenSource tokens;

        public OrdersApi(AsyncOpenIdClient client) {
            this.client = client;
            this.service = AsyncClientCredentialsTokens.of(client);
            this.tokens = service.source(r -> r.scope("orders:read"));
        }

        public CompletableFuture<HttpResponse> orders() {
            return tokens.token().thenCompose(t -> client.resource("https://api.example.com/orders", t));
        }

        @Override
        public void close() {
            service.close();
        }
    }
    // endregion
}
