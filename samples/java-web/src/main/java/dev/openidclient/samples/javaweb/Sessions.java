package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.token.TokenResponse;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions, in memory. A browser holds nothing but the id of its own, which is random and says nothing. */
final class Sessions {
    private static final String COOKIE = "JAVA_WEB_SESSION";
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final AsyncUserTokens tokens;
    private final Clock clock;
    private final boolean https;

    Sessions(AsyncUserTokens tokens, Clock clock, boolean https) {
        this.tokens = tokens;
        this.clock = clock;
        this.https = https;
    }

    /** The tokens of those who are signed in, each under the id of their session: no page, cookie or log shows them. */
    AsyncUserTokens tokens() {
        return tokens;
    }

    /** The session of the browser that {@code context} came from, if it has one that was used lately. */
    Optional<Session> find(Context context) {
        Optional<Session> session = id(context).map(sessions::get).filter(it -> !isOver(it));
        session.ifPresent(it -> it.use(clock.instant()));
        return session;
    }

    /** A new session, with a new id, for the browser that {@code context} came from, before the sign-in. */
    Session start(Context context) {
        return start(context, false);
    }

    private Session start(Context context, boolean signedIn) {
        sessions.values().stream().filter(this::isOver).forEach(over -> forget(over.id()));
        Session session = new Session(randomText(), randomText(), signedIn, clock.instant());
        sessions.put(session.id(), session);
        context.cookie(cookie(session.id(), -1));
        return session;
    }

    /**
     * A session with the tokens of {@code issued} and a new id in place of {@code earlier}: whoever knew the old id is
     * not signed in with this person (session fixation).
     */
    CompletableFuture<Void> renew(Context context, Session earlier, TokenResponse issued) {
        forget(earlier.id());
        Session session = start(context, true);
        session.takePendingOf(earlier);
        return tokens.put(session.id(), issued);
    }

    /** Forgets the session of the browser that {@code context} came from. */
    void end(Context context) {
        context.cookie(cookie("", 0));
        id(context).ifPresent(this::forget);
    }

    private void forget(String id) {
        if (sessions.remove(id) != null) {
            tokens.remove(id); // in memory: nothing to wait for, and nobody has this id any more
        }
    }

    /**
     * {@code HttpOnly}: no script can read it. {@code SameSite=Lax}: other sites can send the browser here with it, as
     * the callback does, but cannot post with it. {@code Secure} as soon as there is https; give it a name that starts
     * with {@code __Host-} then.
     */
    private Cookie cookie(String value, int maxAge) {
        Cookie cookie = new Cookie(COOKIE, value, "/", maxAge, https, true, null, SameSite.LAX);
        cookie.setHttpOnly(true);
        return cookie;
    }

    private static Optional<String> id(Context context) {
        return Optional.ofNullable(context.cookie(COOKIE));
    }

    private boolean isOver(Session session) {
        return session.usedAt().plus(IDLE).isBefore(clock.instant());
    }

    /** 256 bits that nobody can guess. */
    private static String randomText() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
