package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;

public final class Fapi2 {
    private Fapi2() {}

    /** FAPI 2.0 Security Profile, with DPoP: what contradicts it is refused, here or when it happens. */
    public static CompletableFuture<AsyncOpenIdClient> client(String issuer, String clientId, SigningKey key) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
                    settings.fapi2Security();
                    settings.authentication(new PrivateKeyJwt(key)); // PS256, ES256 or Ed25519
                    settings.metadata(metadata -> metadata.idTokenSignedResponseAlg("PS256")); // as it is registered
                })
                .thenApply(client -> client.withDpop(new Dpop(SigningKey.generate("ES256"))));
    }

    /** FAPI 2.0 Message Signing: requests and responses are signed too, to be proved later. */
    public static CompletableFuture<AsyncOpenIdClient> messageSigningClient(
            String issuer, String clientId, SigningKey key) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
                    settings.fapi2MessageSigning();
                    settings.authentication(new PrivateKeyJwt(key));
                    settings.metadata(metadata ->
                            metadata.idTokenSignedResponseAlg("PS256").authorizationSignedResponseAlg("PS256"));
                })
                .thenApply(client -> client.withDpop(new Dpop(SigningKey.generate("ES256"))));
    }

    /** A request that was not pushed has no {@code getUrl()} under the profile. */
    public static CompletableFuture<AuthorizationRequest> begin(AsyncOpenIdClient client) {
        return client.push(request(client));
    }

    /** With message signing, it is signed first. */
    public static CompletableFuture<AuthorizationRequest> beginSigned(AsyncOpenIdClient client, SigningKey key) {
        return client.sign(request(client), key).thenCompose(client::push);
    }

    private static AuthorizationRequest request(AsyncOpenIdClient client) {
        return client.authorizationRequest(
                it -> it.redirectUri("https://rp.example.com/callback").scope("openid"));
    }
}
