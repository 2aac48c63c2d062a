package dev.openidclient.samples.javaweb.small;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncSignIn;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.OAuthException;
import dev.openidclient.signin.SignInCookie;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs people in. */
public final class SmallWebApp {
    private static final Logger LOGGER = LoggerFactory.getLogger(SmallWebApp.class);

    private final AsyncOpenIdClient client;
    private final String url;
    private final boolean https;
    private final String cookie;
    private final AsyncSignIn signIn;
    private final AsyncUserTokens users;

    public SmallWebApp(AsyncOpenIdClient client, String url) {
        this.client = client;
        this.url = url;
        this.https = url.startsWith("https:");
        this.cookie = https ? "__Host-session" : "session";
        // region make
        signIn = AsyncSignIn.of(client, settings -> {
            settings.redirectUri(url + "/callback"); // exactly as it is registered
            if (!https) {
                settings.insecureCookies(); // on this machine
            }
        });
        users = AsyncUserTokens.of(client); // by session: the tokens of its person, fresh ones
        // endregion
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
                        .get("/login", context -> context.future(() -> login(context)))
                        .get("/callback", context -> context.future(() -> callback(context)))
                        .get("/", context -> context.future(() -> home(context))))
                .start("127.0.0.1", port);
    }

    private CompletableFuture<?> login(Context context) {
        return signIn.begin(context.header("Cookie"), null, r -> r.scope("openid", "email"))
                .thenAccept(begun -> {
                    set(context, begun.getCookies());
                    context.redirect(begun.getUrl());
                });
    }

    private CompletableFuture<?> callback(Context context) {
        return signIn.complete(context.fullUrl(), context.header("Cookie"))
                .thenCompose(done -> {
                    set(context, done.getCookies());
                    var session = startSession(context); // a new one: who knew the old one is not signed in
                    return users.put(session, done.getTokens())
                            .thenRun(() -> context.redirect("/")); // without the code
                })
                .exceptionally(failure -> {
                    if (!(AsyncErrors.unwrap(failure) instanceof OAuthException e)) {
                        throw new CompletionException(AsyncErrors.unwrap(failure));
                    }
                    LOGGER.info("{}: {}", e.getCode(), e.getMessage()); // has no secret in it
                    context.status(400).result("You are not signed in. Begin again: " + url + "/login");
                    return null;
                });
    }

    // endregion

    private static void set(Context context, List<SignInCookie> cookies) {
        cookies.forEach(cookie -> context.res().addHeader("Set-Cookie", cookie.headerValue()));
    }

    private CompletableFuture<?> home(Context context) {
        var session = Optional.ofNullable(context.cookie(cookie)).filter(id -> !id.isEmpty());
        return session.map(users::load)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenCompose(known -> {
                    if (known == null) {
                        context.redirect("/login");
                        return CompletableFuture.completedFuture(null);
                    }
                    return greet(context, users.source(session.get()));
                });
    }

    private CompletableFuture<Void> greet(Context context, AsyncTokenSource tokens) {
        return tokens.token()
                .thenCompose(fresh -> client.userInfo(fresh))
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
}
