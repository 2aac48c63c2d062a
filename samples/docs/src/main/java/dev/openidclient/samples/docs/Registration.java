package dev.openidclient.samples.docs;

import dev.openidclient.agent.ClientIdentities;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.error.RegistrationException;
import dev.openidclient.jose.JwkSet;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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

    public static ClientIdentities identities(String secret, TokenStore store, TokenCipher cipher) {
        // region identities
        var identities = new ClientIdentities(
                s -> s.registered("https://as.example.com", "s6BhdRkqt3", client -> client.clientSecret(secret))
                        .metadataDocument("https://app.example.com/oauth/client.json")
                        .register(r -> r.clientName("An agent")) // kept, and used again
                        .store(store, cipher));
        // endregion
        return identities;
    }

    // region orphan
    /** Deletes what was registered otherwise than it was asked for, where the server lets it. */
    public static CompletableFuture<Void> delete(AuthorizationServerMetadata server, RegistrationException failure) {
        var registered = new ClientMetadata(failure.getRegistration());
        var client = AsyncOpenIdClient.create(
                server, registered.getClientId(), settings -> settings.metadata(m -> m.members(registered)));
        var deleted = client.getRegistration() == null
                ? CompletableFuture.<Void>completedFuture(null)
                : client.deleteRegistration();
        return deleted.whenComplete((done, thrown) -> client.close());
    }
    // endregion

    public static void manage(AsyncOpenIdClient client, Consumer<String> store) {
        // region manage
        var updated =
                client.updateRegistration(r -> r.clientName("Orders of today")).join();
        store.accept(updated.getMetadata().getJson().toString()); // perhaps with another secret

        var now = updated.readRegistration().join(); // what the server knows, as after a secret was rotated there
        store.accept(now.getMetadata().getJson().toString());

        now.deleteRegistration().join(); // the client is gone, and its tokens with it
        client.close(); // the first one: the others share its connections
        // endregion
    }
}
