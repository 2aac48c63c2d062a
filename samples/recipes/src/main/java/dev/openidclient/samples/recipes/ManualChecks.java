package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.Pkce;
import dev.openidclient.http.Parameters;
import dev.openidclient.token.TokenResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

public final class ManualChecks {
    private ManualChecks() {}

    /** To be kept in the person's session, each value for one sign-in only. */
    public record OwnChecks(String state, String nonce, Pkce pkce) {
        public static OwnChecks generate() {
            return new OwnChecks(AsyncOpenIdClient.randomState(), AsyncOpenIdClient.randomNonce(), Pkce.generate());
        }

        @Override
        public String toString() {
            return "OwnChecks"; // none of them is for a log
        }
    }

    /** Where the framework of a sign-in makes its own state and nonce. Everywhere else authorizationRequest does it. */
    public static String begin(AsyncOpenIdClient client, OwnChecks own) {
        return client.authorizationUrl(Parameters.of(Map.of(
                "redirect_uri", "https://rp.example.com/callback",
                "scope", "openid email",
                "state", own.state(),
                "nonce", own.nonce(),
                "code_challenge", own.pkce().getCodeChallenge(),
                "code_challenge_method", own.pkce().getCodeChallengeMethod())));
    }

    public static CompletableFuture<TokenResponse> finish(AsyncOpenIdClient client, String callbackUrl, OwnChecks own) {
        var checks = new AuthorizationCodeChecks(it -> {
            it.expectedState(own.state());
            it.expectedNonce(own.nonce());
            it.pkceCodeVerifier(own.pkce().getCodeVerifier());
            it.idTokenExpected(); // else tokens without an ID Token, and so without a person, are taken too
        });
        return client.authorizationCodeGrant(callbackUrl, checks);
    }
}
