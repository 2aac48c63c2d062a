package dev.openidclient.samples.javaweb;

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
import java.util.concurrent.ConcurrentHashMap;

/** The sessions, in memory. A browser holds nothing but the id of its own, which is random and says nothing. */
final class Sessions {
    private static final String COOKIE = "JAVA_WEB_SESSION";
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Clock clock;
    private final boolean https;

    Sessions(Clock clock, boolean https) {
        this.clock = clock;
        this.https = https;
    }

    /** The session of the browser that {@code context} came from, if it has one that was used lately. */
    Optional<Session> find(Context context) {
        Optional<Session> session = id(context).map(sessions::get).filter(it -> !isOver(it));
        session.ifPresent(it -> it.use(clock.instant()));
        return session;
    }

    /** A new session, with a new id, for the browser that {@code context} came from; no {@code tokens} before the sign-in. */
    Session start(Context context, TokenResponse tokens) {
        sessions.values().removeIf(this::isOver);
        String id = randomText();
        Session session = new Session(randomText(), tokens, clock.instant());
        sessions.put(id, session);
        context.cookie(cookie(id, -1));
        return session;
    }

    /**
     * A session with {@code tokens} and a new id in place of {@code earlier}: whoever knew the old id is not signed in
     * with this person (session fixation).
     */
    void renew(Context context, Session earlier, TokenResponse tokens) {
        id(context).ifPresent(sessions::remove);
        start(context, tokens).takePendingOf(earlier);
    }

    /** Forgets the session of the browser that {@code context} came from. */
    Optional<Session> end(Context context) {
        context.cookie(cookie("", 0));
        return id(context).map(sessions::remove);
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
