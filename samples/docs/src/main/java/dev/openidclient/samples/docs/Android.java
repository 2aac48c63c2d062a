package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.okhttp.OkHttpTransport;
import dev.openidclient.token.TokenResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;

public final class Android {
    private Android() {}

    /** What an app keeps encrypted. */
    public interface SecretStore {
        void put(String name, String secret);

        /** What was put, which is removed; null: nothing was. */
        String take(String name);
    }

    // region client
    static CompletableFuture<AsyncOpenIdClient> appClient(OkHttpClient okHttpClient) {
        return AsyncOpenIdClient.discover(
                "https://as.example.com", "app", settings -> settings.transport(new OkHttpTransport(okHttpClient)));
    }
    // endregion

    // region sign-in
    static String begin(AsyncOpenIdClient client, SecretStore store) {
        var request = client.authorizationRequest(
                r -> r.redirectUri("https://rp.example.com/app/callback").scope("openid", "offline_access"));
        store.put("pending", request.getPending().encode());
        return request.getUrl(); // for CustomTabsIntent.launchUrl
    }

    /** With intent.getData().toString() of the activity that the app link opens. */
    static CompletableFuture<TokenResponse> finish(AsyncOpenIdClient client, SecretStore store, String callbackUrl) {
        var pending = store.take("pending"); // taken first: no callback is taken twice
        if (pending == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("nothing was begun here"));
        }
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion

    // region keystore
    static AsyncOpenIdClient withBoundTokens(AsyncOpenIdClient client) throws GeneralSecurityException, IOException {
        // a key of PURPOSE_SIGN, DIGEST_SHA256, secp256r1
        var store = KeyStore.getInstance("AndroidKeyStore");
        store.load(null);
        var pair = new KeyPair(store.getCertificate("dpop").getPublicKey(), (PrivateKey) store.getKey("dpop", null));
        return client.withDpop(new Dpop(SigningKey.fromKeyPair(pair, JwsAlgorithm.ES256)));
    }
    // endregion
}
