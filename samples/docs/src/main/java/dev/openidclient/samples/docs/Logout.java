package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class Logout {
    private static final Logger LOGGER = LoggerFactory.getLogger(Logout.class);

    private final AsyncOpenIdClient client;

    public Logout(AsyncOpenIdClient client) {
        this.client = client;
    }

    public String url(TokenResponse tokens) {
        // region url
        // POST /logout: end your own session first, whatever comes afterwards
        var url = client.endSessionUrl(r -> r.idTokenHint(tokens) // who signs out; with it most servers ask no question
                .postLogoutRedirectUri("https://rp.example.com/signed-out")); // exactly as it is registered
        // redirect to url
        // endregion
        return url;
    }

    // region whole
    /** Where to send the browser next. The own session is over by now. */
    public CompletableFuture<String> signOut(TokenResponse tokens) {
        var canRevoke = client.getServer().getRevocationEndpoint() != null && tokens.getRefreshToken() != null;
        CompletableFuture<Void> revoked =
                canRevoke ? client.revoke(tokens.getRefreshToken()) : CompletableFuture.completedFuture(null);
        return revoked.handle((done, failure) -> {
            if (failure != null) { // the person leaves all the same
                LOGGER.info(
                        "the refresh token was not revoked: {}",
                        AsyncErrors.unwrap(failure).getMessage());
            }
            if (client.getServer().getEndSessionEndpoint() == null) {
                return "https://rp.example.com/signed-out";
            }
            return client.endSessionUrl(
                    r -> r.idTokenHint(tokens).postLogoutRedirectUri("https://rp.example.com/signed-out"));
        });
    }
    // endregion
}
