package dev.openidclient.samples.docs.providers;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.Pkce;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.HttpTransport;
import dev.openidclient.http.Parameters;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

/** The Java blocks of the page about PayPal. */
public final class Paypal {
    private Paypal() {}

    // region client
    public static CompletableFuture<AsyncOpenIdClient> client(String secret, HttpTransport http) {
        return AsyncOpenIdClient.discover(
                // the document by its URL: it is not where its issuer, https://www.paypal.com, would have it
                "https://www.paypalobjects.com/.well-known/openid-configuration",
                "AeA1QIZXiflr1_-example",
                settings ->
                        settings.authentication(new ClientSecretBasic(secret)).transport(http)); // the only method
    }
    // endregion

    // region sign-in
    /** What the person's session keeps until the callback. */
    public record SignIn(String url, String state, String codeVerifier) {}

    public static SignIn begin(AsyncOpenIdClient client, String state) { // AsyncOpenIdClient.randomState()
        var pkce = Pkce.generate();
        var url = client.authorizationUrl(Parameters.EMPTY
                .plus("redirect_uri", "https://rp.example.com/callback/paypal")
                .plus("scope", "openid profile email")
                .plus("state", state)
                .plus("code_challenge", pkce.getCodeChallenge())
                .plus("code_challenge_method", pkce.getCodeChallengeMethod()));
        return new SignIn(url, state, pkce.getCodeVerifier());
    }

    /** The JSON of the person; {@code openid} is asked for, but no ID Token comes, so the checks demand none. */
    public static CompletableFuture<HttpResponse> finish(AsyncOpenIdClient client, String callbackUrl, SignIn pending) {
        var checks = new AuthorizationCodeChecks()
                .expectedState(pending.state())
                .pkceCodeVerifier(pending.codeVerifier())
                .redirectUri("https://rp.example.com/callback/paypal");
        return client.authorizationCodeGrant(callbackUrl, checks)
                .thenCompose(tokens -> client.resource(
                        "https://api-m.paypal.com/v1/identity/oauth2/userinfo?schema=paypalv1.1", tokens));
    }
    // endregion

    // region service
    public static CompletableFuture<TokenResponse> apiTokens(AsyncOpenIdClient client) {
        return client.clientCredentialsGrant();
    }
    // endregion
}
