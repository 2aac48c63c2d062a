package dev.openidclient.samples.javaweb;

import dev.openidclient.token.TokenResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the application remembers of one browser. Tokens stay in here: no page, cookie or log shows them. */
final class Session {
    private static final int MOST_PENDING = 10;

    private final String formToken;
    private final Map<String, String> pending = new LinkedHashMap<>();
    private volatile Instant usedAt;

    /** The tokens of the person who is signed in; null before the sign-in. */
    private TokenResponse tokens;

    private int refreshes;
    private CompletableFuture<TokenResponse> refreshing = CompletableFuture.completedFuture(null);

    Session(String formToken, TokenResponse tokens, Instant now) {
        this.formToken = formToken;
        this.tokens = tokens;
        this.usedAt = now;
    }

    /** Stands in the forms of this session's pages, and nowhere else. */
    String formToken() {
        return formToken;
    }

    Instant usedAt() {
        return usedAt;
    }

    void use(Instant now) {
        usedAt = now;
    }

    /** Remembers the sign-in that was just begun, beside those in other tabs; of too many the oldest goes. */
    synchronized void putPending(String state, String encoded) {
        pending.put(state, encoded);
        if (pending.size() > MOST_PENDING) {
            pending.remove(pending.keySet().iterator().next());
        }
    }

    /** Gives away the sign-in that was begun with {@code state}: to the first who asks, and to nobody after that. */
    synchronized Optional<String> takePending(String state) {
        return Optional.ofNullable(pending.remove(state));
    }

    /** Takes over what was begun in the tabs of {@code earlier}. */
    void takePendingOf(Session earlier) {
        earlier.removePending().forEach(this::putPending);
    }

    private synchronized Map<String, String> removePending() {
        Map<String, String> begun = new LinkedHashMap<>(pending);
        pending.clear();
        return begun;
    }

    synchronized Optional<TokenResponse> tokens() {
        return Optional.ofNullable(tokens);
    }

    /** How often the tokens were refreshed. */
    synchronized int refreshes() {
        return refreshes;
    }

    /**
     * The tokens, by {@code refresh} first where that {@code isDue}. One at a time: a server that rotates refresh tokens
     * takes each only once, and may end the whole sign-in when one comes again (RFC 9700 §4.14.2).
     */
    synchronized CompletableFuture<TokenResponse> refreshIf(
            Predicate<TokenResponse> isDue, Function<TokenResponse, CompletableFuture<TokenResponse>> refresh) {
        if (!refreshing.isDone()) {
            return refreshing;
        }
        if (!isDue.test(tokens)) {
            return CompletableFuture.completedFuture(tokens);
        }
        refreshing = refresh.apply(tokens).thenApply(this::keep);
        return refreshing;
    }

    private synchronized TokenResponse keep(TokenResponse refreshed) {
        tokens = refreshed;
        refreshes++;
        return refreshed;
    }
}
