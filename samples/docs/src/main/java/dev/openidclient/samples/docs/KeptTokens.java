package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

// region keep
/** The tokens of a service, kept until shortly before they end; one request for all that wait. */
public final class KeptTokens {
    private final AsyncOpenIdClient client;
    private final Clock clock;
    private CompletableFuture<TokenResponse> kept;

    public KeptTokens(AsyncOpenIdClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    public synchronized CompletableFuture<TokenResponse> get() {
        if (kept == null || kept.isDone() && !isFresh(kept)) {
            kept = client.clientCredentialsGrant(r -> r.scope("orders:read"));
        }
        return kept.copy(); // whoever cancels does so for himself
    }

    /** After an API answered 401 to {@code refused}: the next call gets other ones. */
    public synchronized void forget(TokenResponse refused) {
        if (kept != null && kept.isDone() && !kept.isCompletedExceptionally() && kept.join() == refused) {
            kept = null;
        }
    }

    private boolean isFresh(CompletableFuture<TokenResponse> answer) {
        if (answer.isCompletedExceptionally()) {
            return false;
        }
        var tokens = answer.join(); // getExpiresIn() is null where the server does not say: then nothing is kept
        return tokens.getExpiresIn() != null && !tokens.isExpiring(Duration.ofSeconds(30), clock);
    }
}
// endregion
