package dev.openidclient.async;

import dev.openidclient.client.ClientEntry;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.HttpRequest;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program that uses the library, its threads, its timer and its engine, closes what it made, and ends. */
public final class UnloadedProgram {
    private UnloadedProgram() {}

    public static String run(String metadata, String silent, String secret) throws Exception {
        var server = AuthorizationServerMetadata.parse(metadata);
        use(server, settings -> settings.authentication(new ClientSecretBasic(secret)));
        use(server, settings -> settings.authentication(new PrivateKeyJwt(SigningKey.generate("ES256"))));
        var nobody = AuthorizationServerMetadata.parse(metadata.replace(server.getIssuer(), silent));
        try (var client = client(nobody, settings -> settings.timeout(Duration.ofMillis(50)))) {
            client.clientCredentialsGrant()
                    .handle((tokens, failure) -> "the time is up")
                    .get(10, TimeUnit.SECONDS);
        }
        useLazily(server.getIssuer());
        return "ended";
    }

    private static void useLazily(String issuer) throws Exception {
        try (var oauth = AsyncOpenIdClient.lazily(
                        issuer,
                        "s6BhdRkqt3",
                        settings -> settings.allowInsecureRequests().engine(HttpEngine.JAVA));
                var tenants = AsyncClientRegistry.of(
                        AsyncClientFinder.of(ClientEntry::new),
                        settings -> settings.allowInsecureRequests().engine(HttpEngine.JAVA));
                var service = AsyncClientCredentialsTokens.of(tenants.source(issuer))) {
            oauth.client()
                    .thenCompose(client -> client.clientCredentialsGrant())
                    .get(10, TimeUnit.SECONDS);
            service.source().token().get(10, TimeUnit.SECONDS);
        }
    }

    private static void use(AuthorizationServerMetadata server, Consumer<ClientSettings> settings) throws Exception {
        try (var client = client(server, settings)) {
            var transport = AsyncHttpTransport.from(OwnTransport.of(client));
            transport
                    .send(new HttpRequest("GET", server.getIssuer() + "/nothing"))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            client.clientCredentialsGrant()
                    .thenCompose(tokens -> client.clientCredentialsGrant())
                    .get(10, TimeUnit.SECONDS);
            client.withDpop(new Dpop(SigningKey.generate("ES256")))
                    .clientCredentialsGrant()
                    .handle((tokens, failure) -> "whatever comes")
                    .get(10, TimeUnit.SECONDS);
        }
    }

    private static AsyncOpenIdClient client(AuthorizationServerMetadata server, Consumer<ClientSettings> configure) {
        return AsyncOpenIdClient.create(server, "s6BhdRkqt3", settings -> {
            settings.allowInsecureRequests().engine(HttpEngine.JAVA);
            configure.accept(settings);
        });
    }
}
