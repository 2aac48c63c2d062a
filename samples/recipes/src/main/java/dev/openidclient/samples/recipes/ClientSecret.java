package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.clientauth.NoClientAuthentication;
import java.util.concurrent.CompletableFuture;

public final class ClientSecret {
    private ClientSecret() {}

    /** {@code client_secret_basic}: what a server does by default where a registration says nothing else. */
    public static CompletableFuture<AsyncOpenIdClient> inHeader(String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new ClientSecretBasic(secret)));
    }

    /** {@code client_secret_post}: where the server wants it in the body. Some take both, most the registered one. */
    public static CompletableFuture<AsyncOpenIdClient> inBody(String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new ClientSecretPost(secret)));
    }

    /** {@code none}: an app on a phone or a desktop, which can keep no secret. PKCE, always on, protects its code. */
    public static CompletableFuture<AsyncOpenIdClient> none(String issuer, String clientId) {
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(NoClientAuthentication.INSTANCE));
    }
}
