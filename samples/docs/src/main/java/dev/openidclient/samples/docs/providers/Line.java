package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about LINE. */
public final class Line {
    private Line() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String channelSecret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://access.line.me",
                "1234567890", // the channel id
                settings -> settings.authentication(new ClientSecretPost(channelSecret))
                        // the metadata says ES256, which apps with LIFF or the SDK get
                        .metadata(metadata -> metadata.idTokenSignedResponseAlg("HS256"))
                        .transport(http));
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/line")
                .scope("openid", "profile", "email")); // email needs a permission for the channel
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion
}
