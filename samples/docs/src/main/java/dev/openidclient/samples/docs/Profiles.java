package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.jose.DecryptionKey;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.util.concurrent.CompletableFuture;

public final class Profiles {
    private final AuthorizationServerMetadata server;
    private final String clientId;
    private final SigningKey key;
    private final HttpTransport http;

    public Profiles(AuthorizationServerMetadata server, String clientId, SigningKey key, HttpTransport http) {
        this.server = server;
        this.clientId = clientId;
        this.key = key;
        this.http = http;
    }

    // region uk
    public AsyncOpenIdClient unitedKingdom() {
        return AsyncOpenIdClient.create(
                server,
                clientId,
                settings -> settings.fapi1Advanced()
                        .authentication(new PrivateKeyJwt(key)) // PS256; or TlsClientAuth
                        .transport(http) // which presents the certificate of the directory
                        .transportPresentsCertificate()
                        .metadata(metadata -> metadata.idTokenSignedResponseAlg("PS256")));
    }

    /** {@code intent} is the consent that the bank has made for a client credentials token. */
    public CompletableFuture<AuthorizationRequest> unitedKingdom(AsyncOpenIdClient client, String intent) {
        var request = client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                .claims("{\"id_token\": {\"openbanking_intent_id\": {\"value\": \"" + intent
                        + "\", \"essential\": true}}}")
                .scope("openid", "accounts"));
        return client.sign(request, key);
    }
    // endregion

    // region brazil
    public AsyncOpenIdClient brazil(DecryptionKey decrypting) {
        return AsyncOpenIdClient.create(
                server,
                clientId,
                settings -> settings.fapi1Advanced()
                        .authentication(new PrivateKeyJwt(key))
                        .transport(http)
                        .transportPresentsCertificate()
                        .decryption(decrypting) // ID Tokens are encrypted where they hold a person's CPF
                        .metadata(m -> m.idTokenSignedResponseAlg("PS256").idTokenEncryptedResponseAlg("RSA-OAEP")));
    }

    public CompletableFuture<AuthorizationRequest> brazil(AsyncOpenIdClient client, String consent) {
        var request = client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                .claims("{\"id_token\": {\"acr\": {\"essential\": true, \"value\": \"urn:brasil:openbanking:loa2\"}}}")
                .scope("openid", "consent:" + consent, "accounts"));
        return client.sign(request, key).thenCompose(client::push);
    }
    // endregion

    // region australia
    public AsyncOpenIdClient australia() {
        return AsyncOpenIdClient.create(
                server,
                clientId,
                settings -> settings.fapi1Advanced()
                        .useJwtResponseMode() // response_type=code, response_mode=jwt
                        .authentication(new PrivateKeyJwt(key))
                        .transport(http)
                        .transportPresentsCertificate()
                        .metadata(m -> m.idTokenSignedResponseAlg("PS256").authorizationSignedResponseAlg("PS256")));
    }

    public CompletableFuture<AuthorizationRequest> australia(AsyncOpenIdClient client, long seconds) {
        var request = client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                .claims("{\"sharing_duration\": %d}".formatted(seconds))
                .scope("openid", "bank:accounts.basic:read"));
        return client.sign(request, key).thenCompose(client::push);
    }
    // endregion
}
