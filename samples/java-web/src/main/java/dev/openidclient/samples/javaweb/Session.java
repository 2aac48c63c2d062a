package dev.openidclient.samples.javaweb;

import dev.openidclient.token.TokenResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the application remembers of one browser; the tokens are in {@link Sessions#tokens}, under the id. */
final class Session {
    private static final int MOST_PENDING = 10;

    private final String id;
    private final String formToken;
    private final boolean signedIn;
    private final Map<String, String> pending = new LinkedHashMap<>();
    private volatile Instant usedAt;

    private String shown;
    private int refreshes = -1;

    Session(String id, String formToken, boolean signedIn, Instant now) {
        this.id = id;
        this.formToken = formToken;
        this.signedIn = signedIn;
        this.usedAt = now;
    }

    /** Stands in the cookie. */
    String id() {
        return id;
    }

    boolean isSignedIn() {
        return signedIn;
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

    /** A page shows {@code tokens}. */
    synchronized void show(TokenResponse tokens) {
        if (!tokens.getAccessToken().equals(shown)) {
            refreshes++;
        }
        shown = tokens.getAccessToken();
    }

    /** How often the tokens were refreshed, as far as a page has shown them. */
    synchronized int refreshes() {
        return refreshes;
    }
}
