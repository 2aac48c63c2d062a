package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import java.util.concurrent.CompletableFuture;

public final class VerifyIdToken {
    private VerifyIdToken() {}

    /**
     * At a backend: who is the person that signed in at the app? An Android app gets an ID Token for the backend's
     * client id (its "server client id") and sends it here. The signature is verified always.
     *
     * <p>{@code nonce} is the one that this backend made for the app, for one sign-in: without it, a token that was
     * seen elsewhere would be taken again. An access token in its place proves nothing: it was made for others.
     */
    public static CompletableFuture<String> personOf(AsyncOpenIdClient backend, String idToken, String nonce) {
        return backend.verifyIdToken(idToken, nonce).thenApply(claims -> claims.getSubject());
    }
}
