package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;

public final class RequestObject {
    private RequestObject() {}

    /** JAR: the request is signed, so nobody changes it in the browser. {@code key} is registered at the server. */
    public static CompletableFuture<AuthorizationRequest> begin(AsyncOpenIdClient client, SigningKey key) {
        return client.sign(request(client), key);
    }

    /** Signed and pushed: a URL stays short, and the server can prove later what was asked for. */
    public static CompletableFuture<AuthorizationRequest> beginPushed(AsyncOpenIdClient client, SigningKey key) {
        return client.sign(request(client), key).thenCompose(client::push); // in this order
    }

    private static AuthorizationRequest request(AsyncOpenIdClient client) {
        return client.authorizationRequest(
                it -> it.redirectUri("https://rp.example.com/callback").scope("openid", "email"));
    }
}
