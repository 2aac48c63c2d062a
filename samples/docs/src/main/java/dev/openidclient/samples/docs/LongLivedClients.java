package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncClientRegistry;
import dev.openidclient.async.AsyncDiscoveredClient;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.client.ClientEntry;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

public final class LongLivedClients {
    private final String secret;

    public LongLivedClients(String secret) {
        this.secret = secret;
    }

    public CompletableFuture<TokenResponse> started() {
        // region lazily
        var oauth = AsyncOpenIdClient.lazily(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings // asks nothing
                        .authentication(new ClientSecretBasic(secret))
                        .jwksOutageTolerance(Duration.ofHours(4)));
        var orders = AsyncClientCredentialsTokens.of(oauth).source(r -> r.scope("orders:read")); // asks nothing either

        var tokens = orders.token(); // asks the server, the first time
        // endregion
        return tokens;
    }

    // region each-time
    public CompletableFuture<AuthorizationRequest> signIn(AsyncDiscoveredClient oauth) {
        return oauth.client()
                .thenApply(client -> client.authorizationRequest(r -> r // client() each time
                        .redirectUri("https://rp.example.com/callback")
                        .scope("openid")));
    }
    // endregion

    public AsyncDiscoveredClient withFallback(String storedMetadata) {
        // region fallback
        var oauth = AsyncOpenIdClient.lazily(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.fallbackMetadata(storedMetadata)); // the JSON of /.well-known/openid-configuration
        // endregion
        return oauth;
    }

    /** A tenant's server, and what it calls this program. */
    public record TenantServer(String clientId, String secret) {}

    // region registry
    public AsyncClientRegistry clients(
            Function<String, CompletableFuture<TenantServer>> tenants, Predicate<String> isPublic) {
        return AsyncClientRegistry.of(
                issuer -> tenants.apply(issuer)
                        .thenApply(tenant -> tenant == null
                                ? null
                                : new ClientEntry(
                                        tenant.clientId(),
                                        settings -> settings.authentication(new ClientSecretBasic(tenant.secret()))
                                                .requireAuthorizationResponseIss())),
                settings -> settings.permitUrl(isPublic)); // no server may send this program behind its firewall
    }
    // endregion

    // region tenant-sign-in
    public CompletableFuture<AuthorizationRequest> signIn(AsyncClientRegistry clients, String issuer) {
        return clients.client(issuer)
                .thenApply(client -> client.authorizationRequest(
                        r -> r.redirectUri("https://rp.example.com/callback").scope("openid")));
    }

    public CompletableFuture<TokenResponse> signedIn(
            AsyncClientRegistry clients, String callbackUrl, PendingAuthorization pending) {
        return clients.clientFor(callbackUrl, pending)
                .thenCompose(client -> client.authorizationCodeGrant(callbackUrl, pending));
    }
    // endregion

    public void shared(BiConsumer<AsyncDiscoveredClient, AsyncClientRegistry> application) {
        // region share
        try (var shared = HttpEngine.JAVA.open()) { // or OkHttpTransport.open()
            var oauth = AsyncOpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3", s -> s.transport(shared));
            var clients = AsyncClientRegistry.of(
                    issuer -> CompletableFuture.completedFuture(
                            issuer.equals("https://other.example.com") ? new ClientEntry("s6BhdRkqt3") : null),
                    settings -> settings.transport(shared));
            application.accept(oauth, clients);
        }
        // endregion
    }
}
