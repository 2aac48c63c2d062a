package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;

public final class AuthenticationRequest {
    private AuthenticationRequest() {}

    /** Before something that matters: the sign-in must be of the last five minutes, if possible with two factors. */
    public static AuthorizationRequest beginStepUp(AsyncOpenIdClient client, String acr) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback")
                .maxAge(Duration.ofMinutes(5)) // checked with auth_time when the ID Token comes
                .acrValues(acr) // a wish: the server may ignore it
                .scope("openid"));
    }

    /** So look at what was done. */
    public static boolean isSteppedUp(TokenResponse tokens, String acr) {
        return tokens.getClaims() != null && acr.equals(tokens.getClaims().getAcr());
    }

    /** Single claims by name, in place of a whole scope. The server still may leave out what it does not know. */
    public static AuthorizationRequest beginWithClaims(AsyncOpenIdClient client) {
        return client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback")
                .claims("""
                        {"id_token": {"nickname": {"essential": true}}, "userinfo": {"zoneinfo": null}}
                        """)
                .scope("openid"));
    }
}
