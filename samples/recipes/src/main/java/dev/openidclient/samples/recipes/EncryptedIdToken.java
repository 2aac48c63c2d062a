package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.jose.DecryptionKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;

public final class EncryptedIdToken {
    private EncryptedIdToken() {}

    /**
     * The server encrypts the ID Token for a public key of this client, which it finds in the registered {@code jwks}.
     * Encrypted UserInfo, introspection and authorization responses are opened with the same keys.
     */
    public static CompletableFuture<AsyncOpenIdClient> clientThatDecrypts(
            String issuer, String clientId, String secret, String jwk) {
        // While a key is being replaced, name both. An ID Token inside is still signed, and checked.
        var keys = List.of(DecryptionKey.fromJwk(jwk));
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(new ClientSecretBasic(secret));
            settings.decryption(keys, "A128GCM"); // the enc that is registered, and no other
        });
    }
}
