package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about Twitch. */
public final class Twitch {
    private Twitch() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://id.twitch.tv/oauth2",
                "hof5gwx0su6owfnys0nyan9c87zr6t",
                settings ->
                        settings.authentication(new ClientSecretPost(secret)).transport(http)); // the only method
    }
    // endregion

    // region sign-in
    public static AuthorizationRequest begin(AsyncOpenIdClient client) {
        // there are no scopes email and profile: each claim is asked for by its name
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback/twitch")
                .scope("openid", "user:read:email")
                .claims("""
                    {"id_token":{"email":null,"email_verified":null,"preferred_username":null}}\
                    """));
    }

    public static CompletableFuture<TokenResponse> finish(
            AsyncOpenIdClient client, String callbackUrl, String pending) {
        return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending));
    }
    // endregion

    // region api
    public static CompletableFuture<HttpResponse> user(AsyncOpenIdClient client, TokenResponse tokens) {
        return client.resource(
                "https://api.twitch.tv/helix/users",
                tokens,
                request -> request.header("client-id", client.getClientId()));
    }
    // endregion
}
