package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;

public final class Fapi1 {
    private Fapi1() {}

    /** FAPI 1.0 Advanced: signed requests, code id_token as a detached signature, tokens bound to the certificate. */
    public static CompletableFuture<AsyncOpenIdClient> client(
            String issuer, String clientId, SigningKey key, String certificateAndKeyPem) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.fapi1Advanced();
            settings.authentication(new PrivateKeyJwt(key));
            settings.tls(tls -> tls.pem(certificateAndKeyPem)); // the certificate, its authorities, its key
            settings.metadata(metadata -> metadata.idTokenSignedResponseAlg("PS256"));
        });
    }

    /** A request that is not signed has no {@code getUrl()} under the profile. */
    public static CompletableFuture<AuthorizationRequest> begin(AsyncOpenIdClient client, SigningKey key) {
        var request = client.authorizationRequest(it -> it.redirectUri("https://rp.example.com/callback")
                .responseMode("form_post") // a fragment, the default of code id_token, does not reach a web server
                .scope("openid"));
        return client.sign(request, key);
    }
}
