package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.okhttp.OkHttpTransport;
import dev.openidclient.token.TokenResponse;
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
}
