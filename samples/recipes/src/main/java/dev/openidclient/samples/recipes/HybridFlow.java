package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import java.util.concurrent.CompletableFuture;

public final class HybridFlow {
    private HybridFlow() {}

    /**
     * {@code code id_token}: for a server that wants it. Its response comes by form or as a fragment; say which in the
     * request, with {@code responseMode("form_post")}. Everything else is as in an ordinary sign-in.
     */
    public static CompletableFuture<AsyncOpenIdClient> hybridClient(String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(new ClientSecretBasic(secret));
            settings.useCodeIdTokenResponseType();
        });
    }

    /** The ID Token as a signature over the whole response, {@code state} included: {@code s_hash} is required. */
    public static CompletableFuture<AsyncOpenIdClient> detachedSignatureClient(
            String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(new ClientSecretBasic(secret));
            settings.useCodeIdTokenResponseType().detachedSignatureResponseChecks(); // fapi1Advanced() includes both
        });
    }
}
