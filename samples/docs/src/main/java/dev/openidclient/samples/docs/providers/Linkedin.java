package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.http.Parameters;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about LinkedIn. */
public final class Linkedin {
    private Linkedin() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://www.linkedin.com/oauth",
                "77abcdefghijkl",
                settings -> settings.authentication(new ClientSecretPost(secret)) // the only method
                        .transport(http)
                        .assumeBearer()); // the answer may lack token_type
    }
    // endregion

    // region sign-in
    /** {@code state} is {@code AsyncOpenIdClient.randomState()}, kept in the person's session. */
    public static String begin(AsyncOpenIdClient client, String state) {
        // without code_challenge and nonce: LinkedIn refuses the one and forgets the other
        return client.authorizationUrl(Parameters.EMPTY
                .plus("redirect_uri", "https://rp.example.com/callback/linkedin")
                .plus("scope", "openid profile email")
                .plus("state", state));
    }

    /** {@code state} is removed from the session first, so that no callback is taken twice. */
    public static CompletableFuture<TokenResponse> finish(AsyncOpenIdClient client, String callbackUrl, String state) {
        var checks = new AuthorizationCodeChecks()
                .expectedState(state)
                .redirectUri("https://rp.example.com/callback/linkedin")
                .idTokenExpected();
        return client.authorizationCodeGrant(callbackUrl, checks);
    }
    // endregion

    // region pkce
    /** For an app for which LinkedIn has turned on PKCE: then only the nonce is missing. */
    public static CompletableFuture<AsyncOpenIdClient> clientWithPkce(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                "https://www.linkedin.com/oauth",
                "77abcdefghijkl",
                settings -> settings.authentication(new ClientSecretPost(secret))
                        .transport(http)
                        .assumeBearer()
                        .acceptMissingNonce()); // PKCE and state are checked, and a nonce that does come
    }
    // endregion
}
