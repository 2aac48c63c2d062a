package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;

public final class Logout {
    private Logout() {}

    /**
     * Signs the person out at the server too. End the session of the application first, then redirect the browser here.
     */
    public static String logoutUrl(AsyncOpenIdClient client, TokenResponse tokens) {
        return client.endSessionUrl(request -> request.idTokenHint(tokens) // without it most servers ask the person
                .postLogoutRedirectUri("https://rp.example.com/signed-out")); // exactly as it is registered
    }
}
