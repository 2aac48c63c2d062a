package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.error.RegistrationException;
import dev.openidclient.jose.JwkSet;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonPrimitive;

public final class Registration {
    private Registration() {}

    public static AsyncOpenIdClient register(String issuer, String token, Consumer<String> store) {
        // region register
        var client = AsyncOpenIdClient.register(
                        issuer,
                        r -> r.initialAccessToken(token) // where the server wants one
                                .clientName("Orders")
                                .redirectUris("https://rp.example.com/callback")
                                .tokenEndpointAuthMethod("client_secret_basic"))
                .join();
        store.accept(client.getMetadata().getJson().toString()); // a secret: the client_secret is told this once
        // endregion
        return client;
    }

    public static CompletableFuture<AsyncOpenIdClient> again(String issuer, String stored) {
        // region again
        var registered = ClientMetadata.parse(stored);
        var client = AsyncOpenIdClient.discover(
                issuer, registered.getClientId(), settings -> settings.metadata(m -> m.members(registered)));
        // endregion
        return client;
    }

    public static CompletableFuture<AsyncOpenIdClient> withKey(AuthorizationServerMetadata server, SigningKey key) {
        // region key
        var client = AsyncOpenIdClient.register(
                server,
                r -> r // metadata that is known: nothing is discovered
                        .redirectUris("https://rp.example.com/callback")
                        .tokenEndpointAuthMethod("private_key_jwt")
                        .tokenEndpointAuthSigningAlg("ES256")
                        .idTokenSignedResponseAlg("ES256") // what is asked for is demanded
                        .jwks(JwkSet.of(
                                key.getPublicJwk())) // public keys only; or jwksUri("https://rp.example.com/jwks")
                        .settings(settings -> settings.authentication(new PrivateKeyJwt(key))));
        // endregion
        return client;
    }

    // region orphan
    /** Deletes what was registered otherwise than it was asked for, where the server lets it (RFC 7592 §2.3). */
    public static CompletableFuture<Boolean> delete(
            AuthorizationServerMetadata server, RegistrationException failure, Consumer<ClientSettings> configure) {
        var uri = text(failure, "registration_client_uri");
        var token = text(failure, "registration_access_token");
        if (uri == null || token == null) return CompletableFuture.completedFuture(false);
        var client = AsyncOpenIdClient.create(server, text(failure, "client_id"), configure);
        return client.resource(uri, token, r -> r.method("DELETE"))
                .thenApply(answer -> answer.getStatus() == 204)
                .whenComplete((deleted, thrown) -> client.close());
    }

    private static String text(RegistrationException failure, String member) {
        return failure.getRegistration().get(member) instanceof JsonPrimitive text ? text.getContent() : null;
    }
    // endregion
}
