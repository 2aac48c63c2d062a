package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

public final class SignIn {
    private SignIn() {}

    public static AuthorizationRequest stepUp(AsyncOpenIdClient client) {
        // region step-up
        var request = client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                .maxAge(Duration.ofMinutes(5)) // the person must have signed in within the last five minutes
                .acrValues("urn:example:mfa") // a wish, which a server may ignore
                .requireAcr() // … and now no wish any more: the ID Token must have that acr
                .scope("openid"));
        // endregion
        return request;
    }

    public static CompletableFuture<String> user(AsyncOpenIdClient client, TokenResponse tokens) {
        // region user
        var person = tokens.getClaims().getSubject(); // the key of your account, together with the issuer
        var shown = client.userInfo(tokens).thenApply(user -> {
            var isVerified = Boolean.TRUE.equals(user.getEmailVerified()); // else anybody may have typed it
            var email = isVerified ? user.getEmail() : null;
            var team = user.toMap().get("team"); // a claim without a name here
            return person + " " + email + " " + team;
        });
        // endregion
        return shown;
    }
}
