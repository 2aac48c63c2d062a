package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class Fapi {
    private Fapi() {}

    public static CompletableFuture<AuthorizationRequest> fapi2(String issuer, String clientId, SigningKey key) {
        // region fapi2
        var client = AsyncOpenIdClient.discover(
                        issuer,
                        clientId,
                        settings -> settings.fapi2Security()
                                .authentication(new PrivateKeyJwt(key)) // PS256, ES256 or Ed25519
                                .metadata(
                                        metadata -> metadata.idTokenSignedResponseAlg("PS256"))) // as it is registered
                .thenApply(it -> it.withDpop(new Dpop(SigningKey.generate("ES256"))));

        var request = client.thenCompose(it -> it.push(it.authorizationRequest(
                r -> r.redirectUri("https://rp.example.com/callback").scope("openid"))));
        // endregion
        return request;
    }

    public static CompletableFuture<AuthorizationRequest> messageSigning(
            String issuer, String clientId, SigningKey key, SigningKey requestKey) {
        // region signed
        var client = AsyncOpenIdClient.discover(
                        issuer,
                        clientId,
                        settings -> settings.fapi2MessageSigning()
                                .authentication(new PrivateKeyJwt(key))
                                .metadata(metadata -> metadata.idTokenSignedResponseAlg("PS256")
                                        .authorizationSignedResponseAlg("PS256")))
                .thenApply(it -> it.withDpop(new Dpop(SigningKey.generate("ES256"))));

        var signed = client.thenCompose(it -> it.sign(
                        it.authorizationRequest(r ->
                                r.redirectUri("https://rp.example.com/callback").scope("openid")),
                        requestKey)
                .thenCompose(it::push));
        // endregion
        return signed;
    }

    public static CompletableFuture<AuthorizationRequest> fapi1(
            String issuer, String clientId, SigningKey key, String certificateAndKeyPem) {
        // region fapi1
        var client = AsyncOpenIdClient.discover(
                issuer,
                clientId,
                settings -> settings.fapi1Advanced()
                        .authentication(new PrivateKeyJwt(key))
                        .tls(tls -> tls.pem(certificateAndKeyPem)) // the certificate, its authorities, its key
                        .metadata(metadata -> metadata.idTokenSignedResponseAlg("PS256")));

        var signed = client.thenCompose(it -> it.sign(
                it.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                        .responseMode(
                                "form_post") // a fragment, the default of code id_token, does not reach a web server
                        .scope("openid")),
                key));
        // endregion
        return signed;
    }

    public static CompletableFuture<TokenResponse> ciba(AsyncOpenIdClient client, SigningKey key) {
        // region ciba
        var tokens = client.backchannelAuthentication(request -> request.scope("openid", "payments")
                        .loginHint("alice@example.com")
                        .bindingMessage("W4SCT")
                        .sign(key))
                .thenCompose(client::backchannelAuthenticationGrant);
        // endregion
        return tokens;
    }
}
