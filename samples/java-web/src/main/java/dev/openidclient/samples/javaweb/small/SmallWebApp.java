package dev.openidclient.samples.javaweb.small;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.OAuthException;
import dev.openidclient.token.TokenResponse;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs people in. */
public final class SmallWebApp {
    private static final Logger LOGGER = LoggerFactory.getLogger(SmallWebApp.class);

    private final AsyncOpenIdClient client;
    private final String url;
    private final boolean https;
    private final String cookie;
    private final Map<String, String> pending = new ConcurrentHashMap<>(); // by session: the sign-in that it began
    private final Map<String, TokenResponse> signedIn = new ConcurrentHashMap<>(); // by session: its person's tokens

    public SmallWebApp(AsyncOpenIdClient client, String url) {
        this.client = client;
        this.url = url;
        this.https = url.startsWith("https:");
        this.cookie = https ? "__Host-session" : "session";
    }

    /** At the server that the environment names. */
    public static void main(String[] arguments) {
        // region main
        var secret = System.getenv("CLIENT_SECRET");
        var client = AsyncOpenIdClient.discover(
                        System.getenv("ISSUER"),
                        System.getenv("CLIENT_ID"),
                        settings -> settings.authentication(new ClientSecretBasic(secret)))
                .join();
        var url = System.getenv("PUBLIC_URL"); // https://rp.example.com, without a slash at the end
        new SmallWebApp(client, url).start(8080);
        // endregion
    }

    // region routes
    public Javalin start(int port) {
        return Javalin.create(config -> config.routes
                        .get("/login", this::login)
                        .get("/callback", context -> context.future(() -> callback(context)))
                        .get("/", context -> context.future(() -> home(context))))
                .start("127.0.0.1", port);
    }

    private void login(Context context) {
        var request = client.authorizationRequest(r -> r.redirectUri(url + "/callback") // exactly as it is registered
                .scope("openid", "email"));
        pending.put(startSession(context), request.getPending().encode());
        context.redirect(request.getUrl());
    }

    private CompletableFuture<?> callback(Context context) {
        var begun = Optional.ofNullable(context.cookie(cookie)).map(pending::remove); // first: none is taken twice
        if (begun.isEmpty()) {
            beginAgain(context);
            return CompletableFuture.completedFuture(null);
        }
        return client.authorizationCodeGrant(context.fullUrl(), PendingAuthorization.decode(begun.get()))
                .thenAccept(tokens -> {
                    signedIn.put(startSession(context), tokens); // a new one: who knew the old one is not signed in
                    context.redirect("/"); // to a URL without the code
                })
                .exceptionally(failure -> {
                    if (!(AsyncErrors.unwrap(failure) instanceof OAuthException e)) {
                        throw new CompletionException(AsyncErrors.unwrap(failure));
                    }
                    LOGGER.info("{}: {}", e.getCode(), e.getMessage()); // has no secret in it
                    beginAgain(context);
                    return null;
                });
    }

    // endregion

    private CompletableFuture<?> home(Context context) {
        var tokens = Optional.ofNullable(context.cookie(cookie)).map(signedIn::get);
        if (tokens.isEmpty()) {
            context.redirect("/login");
            return CompletableFuture.completedFuture(null);
        }
        return client.userInfo(tokens.get())
                .thenAccept(user ->
                        context.result("Hello, " + (user.getEmail() == null ? user.getSubject() : user.getEmail())));
    }

    private String startSession(Context context) {
        var id = AsyncOpenIdClient.randomState(); // 256 bits that nobody can guess
        var created = new Cookie(cookie, id, "/", -1, https, true, null, SameSite.LAX);
        created.setHttpOnly(true);
        context.cookie(created);
        return id;
    }

    private void beginAgain(Context context) {
        context.status(400).result("You are not signed in. Begin again: " + url + "/login");
    }
}
