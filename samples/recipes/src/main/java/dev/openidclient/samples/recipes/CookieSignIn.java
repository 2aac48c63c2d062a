package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncSignIn;
import dev.openidclient.signin.BegunSignIn;
import dev.openidclient.signin.CompletedSignIn;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.util.concurrent.CompletableFuture;

public final class CookieSignIn {
    private CookieSignIn() {}

    /** One for the program, beside the client: all instances have the same store and the same keys. */
    public static AsyncSignIn cookieSignIn(AsyncOpenIdClient client, TokenStore store, TokenCipher cipher) {
        return AsyncSignIn.of(
                client,
                settings ->
                        settings.redirectUri("https://rp.example.com/callback").store(store, cipher));
    }

    /** {@code GET /login}: set each of the cookies with its {@code headerValue()}, then redirect the browser. */
    public static CompletableFuture<BegunSignIn> begin(AsyncSignIn signIn, String cookieHeader, String returnTo) {
        return signIn.begin(cookieHeader, returnTo, request -> request.scope("openid", "email"));
    }

    /** {@code GET /callback}, at any instance: once. Set the cookies again, keep the tokens, and redirect the browser. */
    public static CompletableFuture<CompletedSignIn> finish(
            AsyncSignIn signIn, String callbackUrl, String cookieHeader) {
        return signIn.complete(callbackUrl, cookieHeader);
    }
}
