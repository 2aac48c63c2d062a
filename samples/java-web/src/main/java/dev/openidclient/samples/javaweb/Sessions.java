package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.token.TokenResponse;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A browser is signed in where its cookie has an id that tokens are kept under: at every instance. */
final class Sessions {
    private static final String SESSION = "session";

    private final AsyncUserTokens tokens;
    private final boolean https;
    private final String cookie;

    Sessions(AsyncUserTokens tokens, boolean https) {
        this.tokens = tokens;
        this.https = https;
        this.cookie = https ? "__Host-session" : "JAVA_WEB_SESSION";
    }

    /** Before everything else: looks for the session of the browser that {@code context} came from. */
    CompletableFuture<Void> load(Context context) {
        Optional<String> id = idIn(context);
        if (id.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return tokens.load(id.get()).thenAccept(kept -> {
            if (kept != null) {
                context.attribute(SESSION, new Session(id.get(), kept));
            }
        });
    }

    /** What {@link #load} has found: empty where nobody is signed in. */
    Optional<Session> find(Context context) {
        return Optional.ofNullable(context.attribute(SESSION));
    }

    /** A session with a new id: whoever knew one before the sign-in is not signed in with it (session fixation). */
    CompletableFuture<Void> start(Context context, TokenResponse signedIn) {
        String id = AsyncOpenIdClient.randomState(); // 256 bits that nobody can guess
        return forget(context)
                .thenCompose(forgotten -> tokens.put(id, signedIn))
                .thenRun(() -> set(context, id, -1));
    }

    /** Forgets the session of the browser that {@code context} came from. */
    CompletableFuture<Void> end(Context context) {
        set(context, "", 0);
        return forget(context);
    }

    private CompletableFuture<Void> forget(Context context) {
        context.attribute(SESSION, null);
        return idIn(context).map(tokens::remove).orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /**
     * {@code HttpOnly}: no script can read it. {@code SameSite=Lax}: other sites can send the browser here with it, but
     * cannot post with it. With https {@code Secure}, and a name that lets no other host set it.
     */
    private void set(Context context, String value, int maxAge) {
        Cookie set = new Cookie(cookie, value, "/", maxAge, https, true, null, SameSite.LAX);
        set.setHttpOnly(true);
        context.cookie(set);
    }

    private Optional<String> idIn(Context context) {
        return Optional.ofNullable(context.cookie(cookie)).filter(id -> !id.isEmpty());
    }
}
