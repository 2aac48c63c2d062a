package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.OAuthException;
import dev.openidclient.http.Parameters;
import dev.openidclient.logout.LogoutAnswer;
import dev.openidclient.logout.LogoutRequest;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.ReplayCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

    // region backchannel
    /**
     * POST /backchannel-logout: it comes from the server, without a cookie, a session or a form token.
     *
     * @param users {@code AsyncUserTokens.of(client, s -> s.backChannelLogout())}: notes whose session it is
     * @param replays {@code new InMemoryReplayCache()}; of several instances one that they share
     */
    public CompletableFuture<LogoutAnswer> backChannel(
            AsyncUserTokens users, ReplayCache replays, String contentType, String body) {
        return CompletableFuture.supplyAsync(() -> LogoutRequest.read(contentType, body))
                .thenCompose(request -> client.verifyLogoutToken(request.getLogoutToken(), replays))
                .thenCompose(users::endSessions)
                .thenApply(ended -> LogoutAnswer.accepted()) // send its status, headers and body
                .exceptionally(failure -> {
                    if (AsyncErrors.unwrap(failure) instanceof OAuthException refused) {
                        LOGGER.warn("a logout was refused: {}", refused.getMessage());
                        return LogoutAnswer.refused(refused);
                    }
                    throw new CompletionException(AsyncErrors.unwrap(failure));
                });
    }
    // endregion

    /** The frame of {@code query}, in the browser that signed in with {@code session}. */
    public void frame(String query, IdTokenClaims session) {
        // region frame
        client.verifyFrontChannelLogout(Parameters.parse(query), session); // throws: end nothing
        // then end the session of this browser
        // endregion
    }

    /** What {@code query} says is not looked at before. */
    public void comesBack(String query, String cookie) {
        // region return
        // GET /signed-out: only where the page does something
        client.verifyEndSessionReturn(Parameters.parse(query), cookie); // the state, from a cookie of this browser
        // endregion
    }
}
