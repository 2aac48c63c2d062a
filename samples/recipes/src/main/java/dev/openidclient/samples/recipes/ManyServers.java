package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncClientFinder;
import dev.openidclient.async.AsyncClientRegistry;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.client.ClientEntry;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.token.TokenResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

public final class ManyServers {
    private ManyServers() {}

    /** What the program stores of each tenant. */
    public record Tenant(String clientId, String secret) {}

    /** One for the program; close it at the end. An issuer that {@code tenantOf} does not know is refused unasked. */
    public static AsyncClientRegistry clients(Function<String, Optional<Tenant>> tenantOf) {
        return AsyncClientRegistry.of(AsyncClientFinder.of(issuer -> tenantOf // may block, as a database does
                .apply(issuer)
                .map(ManyServers::entry)
                .orElse(null)));
    }

    private static ClientEntry entry(Tenant tenant) {
        return new ClientEntry(
                tenant.clientId(),
                settings -> settings.authentication(new ClientSecretBasic(tenant.secret()))
                        // else each server needs a redirect URI of its own
                        .requireAuthorizationResponseIss());
    }

    /** Send the browser to its URL; store its pending authorization, encoded, in the person's session. */
    public static CompletableFuture<AuthorizationRequest> begin(
            AsyncClientRegistry tenants, String issuer, String redirectUri) {
        return tenants.client(issuer)
                .thenApply(client -> client.authorizationRequest(
                        request -> request.redirectUri(redirectUri).scope("openid")));
    }

    /** With the client of the server that the person was sent to, and of no other (RFC 9700 §4.4). */
    public static CompletableFuture<TokenResponse> finish(
            AsyncClientRegistry tenants, String callbackUrl, String stored) {
        var pending = PendingAuthorization.decode(stored);
        return tenants.clientFor(callbackUrl, pending)
                .thenCompose(client -> client.authorizationCodeGrant(callbackUrl, pending));
    }
}
