package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.HttpTransport;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

// region tenants
/** One client for each tenant's server, made when it is first needed, and one engine for all. */
public final class TenantClientsInJava {
    private final HttpTransport shared; // HttpEngine.JAVA.open(), which you close at the end
    private final Map<String, String> clientIds; // by issuer: the tenants that you know
    private final Map<String, CompletableFuture<AsyncOpenIdClient>> clients = new ConcurrentHashMap<>();

    public TenantClientsInJava(HttpTransport shared, Map<String, String> clientIds) {
        this.shared = shared;
        this.clientIds = Map.copyOf(clientIds);
    }

    public CompletableFuture<AsyncOpenIdClient> of(String issuer) {
        if (!clientIds.containsKey(issuer)) {
            throw new IllegalArgumentException("no tenant has this issuer");
        }
        var client = clients.computeIfAbsent(
                issuer,
                it -> AsyncOpenIdClient.discover(it, clientIds.get(it), settings -> settings.transport(shared)));
        return client.whenComplete((opened, failure) -> {
            if (failure != null) {
                clients.remove(issuer, client); // what fails is not kept
            }
        });
    }
}
// endregion
