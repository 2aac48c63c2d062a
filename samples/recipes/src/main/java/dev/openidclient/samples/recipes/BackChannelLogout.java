package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.OAuthException;
import dev.openidclient.http.Parameters;
import dev.openidclient.logout.LogoutAnswer;
import dev.openidclient.logout.LogoutRequest;
import dev.openidclient.logout.LogoutTokenChecks;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.tokenstore.ReplayCache;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

public final class BackChannelLogout {
    private BackChannelLogout() {}

    /** One for the program: it notes at each sign-in whose session it is. */
    public static AsyncUserTokens endableSessions(AsyncOpenIdClient client) {
        return AsyncUserTokens.of(client, settings -> settings.backChannelLogout());
    }

    /**
     * The server's {@code POST} to the {@code backchannel_logout_uri}, of which no more than 64 KiB are read. Of several
     * instances all have the same cache.
     */
    public static CompletableFuture<LogoutAnswer> serverLogout(
            AsyncOpenIdClient client, AsyncUserTokens users, ReplayCache replays, LogoutRequest request) {
        return client.verifyLogoutToken(request.getLogoutToken(), replays, LogoutTokenChecks::requireTyped)
                .thenCompose(users::endSessions)
                .thenApply(ended -> LogoutAnswer.accepted()) // send its status, headers and body
                .exceptionally(failure -> {
                    if (AsyncErrors.unwrap(failure) instanceof OAuthException refused) {
                        return LogoutAnswer.refused(refused);
                    }
                    throw new CompletionException(AsyncErrors.unwrap(failure));
                });
    }

    /** The same through a frame of the browser; throws where the logout is not of {@code session}. */
    public static void frameLogout(AsyncOpenIdClient client, String query, IdTokenClaims session) {
        client.verifyFrontChannelLogout(Parameters.parse(query), session);
    }
}
