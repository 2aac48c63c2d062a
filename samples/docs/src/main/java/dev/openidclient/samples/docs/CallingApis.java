package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.clientauth.TlsClientAuth;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.http.HttpBody;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

public final class CallingApis {
    private final AsyncOpenIdClient client;

    public CallingApis(AsyncOpenIdClient client) {
        this.client = client;
    }

    public CompletableFuture<String> order(TokenResponse tokens) {
        // region call
        var order = client.resource(
                        "https://api.example.com/orders",
                        tokens,
                        r -> r.method("POST")
                                .header("accept", "application/json")
                                .body(HttpBody.json("{\"item\": 7}")))
                .thenApply(answer -> {
                    if (answer.getStatus() != 201) { // 404, 500: an answer like any other
                        throw new IllegalStateException("the API answered " + answer.getStatus());
                    }
                    return answer.bodyText();
                });
        // endregion
        return order;
    }

    // region challenge
    public CompletableFuture<HttpResponse> orders(TokenResponse tokens, Consumer<TokenResponse> store) {
        return client.resource("https://api.example.com/orders", tokens).exceptionallyCompose(failure -> {
            // only this is a reason to refresh, and only once
            if (!(AsyncErrors.unwrap(failure) instanceof WwwAuthenticateChallengeException e)
                    || !"invalid_token".equals(e.getError())
                    || tokens.getRefreshToken() == null) {
                return CompletableFuture.failedFuture(AsyncErrors.unwrap(failure));
            }
            return client.refreshTokenGrant(tokens).thenCompose(refreshed -> {
                store.accept(refreshed);
                return client.resource("https://api.example.com/orders", refreshed);
            });
        });
    }
    // endregion

    // region step-up
    /** A sign-in that has what the API missed (insufficient_scope, insufficient_user_authentication). */
    public AuthorizationRequest signInFor(WwwAuthenticateChallengeException refusal) {
        var challenge = refusal.getChallenges().stream()
                .filter(it -> it.getError() != null)
                .findFirst()
                .orElseThrow();
        return client.authorizationRequest(r -> {
            r.redirectUri("https://rp.example.com/callback").scope("openid");
            if (challenge.getScope() != null) {
                r.scope(challenge.getScope());
            }
            var acrValues = challenge.getParameters().get("acr_values");
            if (acrValues != null) {
                r.acrValues(acrValues).requireAcr();
            }
            var maxAge = challenge.getParameters().get("max_age");
            if (maxAge != null && maxAge.matches("[0-9]{1,9}")) {
                r.maxAge(Duration.ofSeconds(Long.parseLong(maxAge)));
            }
        });
    }
    // endregion

    public CompletableFuture<HttpResponse> withDpop(SigningKey key) {
        // region dpop
        var bound = client.withDpop(new Dpop(key)); // once, beside the client; SigningKey.generate("ES256") makes a key
        var orders = bound.clientCredentialsGrant(r -> r.scope("orders:read")).thenCompose(tokens -> {
            if (!tokens.isSenderConstrained()) {
                throw new IllegalStateException("the server ignored DPoP");
            }
            return bound.resource("https://api.example.com/orders", tokens);
        });
        // endregion
        return orders;
    }

    public static CompletableFuture<HttpResponse> withCertificate(String pem) {
        // region mtls
        var client = AsyncOpenIdClient.discover(
                        "https://as.example.com",
                        "s6BhdRkqt3",
                        settings ->
                                settings.authentication(TlsClientAuth.INSTANCE).tls(tls -> tls.pem(pem)))
                .join(); // certificate, its chain, private key; or keyStore(keyStore, password)
        var orders = client.clientCredentialsGrant(r -> r.scope("orders:read"))
                .thenCompose(tokens -> client.resource("https://api.example.com/orders", tokens));
        // endregion
        return orders;
    }
}
