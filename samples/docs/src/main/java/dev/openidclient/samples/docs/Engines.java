package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.Connection;
import dev.openidclient.clientauth.TlsClientAuth;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.okhttp.OkHttpTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;

public final class Engines {
    private Engines() {}

    /** The same client on other engines. */
    public static List<CompletableFuture<AsyncOpenIdClient>> onOtherEngines(OkHttpClient okHttpClient) {
        // region choose
        var cio = AsyncOpenIdClient.discover(
                "https://as.example.com", "s6BhdRkqt3", settings -> settings.engine(HttpEngine.CIO));
        var okHttp = AsyncOpenIdClient.discover(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.transport(new OkHttpTransport(okHttpClient)));
        // endregion
        return List.of(cio, okHttp);
    }

    /** Who has a client at a server of its own. */
    public record Tenant(String issuer, String clientId) {}

    /** Runs {@code serve} with a client for each of {@code tenants}, on one connection. */
    public static void serveAll(
            List<Tenant> tenants, Consumer<List<CompletableFuture<AsyncOpenIdClient>>> application) {
        // region share
        try (var shared = Connection.open(settings -> settings.timeout(Duration.ofSeconds(10)))) {
            var clients = tenants.stream()
                    .map(tenant -> AsyncOpenIdClient.discover(
                            tenant.issuer(), tenant.clientId(), settings -> settings.connection(shared)))
                    .toList();
            application.accept(clients);
        }
        // endregion
    }

    /** A client behind a proxy. */
    public static CompletableFuture<AsyncOpenIdClient> behindProxy(String username, String password) {
        // region proxy
        var client = AsyncOpenIdClient.discover(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.proxy(
                        proxy -> proxy.url("http://proxy.example.com:3128").credentials(username, password)));
        // endregion
        return client;
    }

    /** A client of a server of a private authority, which wants a certificate. */
    public static CompletableFuture<AsyncOpenIdClient> withCertificate(
            String authorityPem, String certificateAndKeyPem) {
        // region tls
        var client = AsyncOpenIdClient.discover(
                "https://as.internal.example",
                "s6BhdRkqt3",
                settings -> settings.authentication(TlsClientAuth.INSTANCE)
                        .tls(tls -> tls.trustPem(authorityPem) // or trustStore(keyStore)
                                .pem(certificateAndKeyPem))); // a client certificate; or keyStore(keyStore, password)
        // endregion
        return client;
    }

    /** A client whose futures complete on threads of the caller's. */
    public static CompletableFuture<AsyncOpenIdClient> onExecutor(Executor executor) {
        // region executor
        var client = AsyncOpenIdClient.discover("https://as.example.com", "s6BhdRkqt3", settings -> {}, executor);
        // endregion
        return client;
    }

    // region own
    public static HttpTransport measured(HttpTransport transport, Logger log) {
        var inner = AsyncHttpTransport.from(transport);
        return AsyncHttpTransport.toTransport(request -> {
            var start = System.nanoTime();
            var sent = inner.send(request.withHeader("x-tenant", "a"));
            sent.whenComplete((response, failure) ->
                    log.info("{} after {} ms", request, (System.nanoTime() - start) / 1_000_000));
            return sent; // itself: a derived stage would not pass a cancellation on
        });
    }
    // endregion
}
