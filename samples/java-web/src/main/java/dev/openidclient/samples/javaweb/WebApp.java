package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.OAuthException;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.token.TokenResponse;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.staticfiles.Location;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The web application, listening on loopback: which page is where, and what holds for all of them. */
final class WebApp implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(WebApp.class);

    private final AsyncOpenIdClient client;
    private final String url;
    private final Clock clock;
    private final AsyncUserTokens tokens;
    private final Sessions sessions;
    private final SignInRoutes signIn;
    private final BackChannelLogout serverLogout;
    private final String ordersUrl;
    private final Javalin server;

    WebApp(AsyncOpenIdClient client, String ordersUrl, int port, Clock clock, SharedState shared) {
        this.client = client;
        this.url = "http://127.0.0.1:" + port;
        this.clock = clock;
        this.tokens = AsyncUserTokens.of(
                client,
                settings -> settings.store(shared.store(), shared.cipher())
                        .sessionLifetime(Duration.ofMinutes(30)) // after the last renewal
                        .backChannelLogout());
        this.sessions = new Sessions(tokens, url.startsWith("https:"));
        this.signIn = new SignInRoutes(client, tokens, sessions, url, shared);
        this.serverLogout = new BackChannelLogout(client, tokens, shared.replays());
        this.ordersUrl = ordersUrl;
        this.server = Javalin.create(this::configure).start("127.0.0.1", port);
    }

    String url() {
        return url;
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.staticFiles.add("/static", Location.CLASSPATH);
        config.routes
                .before(this::securityHeaders)
                .before(later(sessions::load))
                .get("/", context -> context.html(Pages.home(sessions.find(context))))
                .get("/login", later(signIn::begin))
                .get("/callback", later(signIn::finish))
                .get("/account", later(this::showAccount))
                .get("/orders", later(this::showOrders))
                .post("/refresh", fromOwnForm(later(signIn::refresh)))
                .post("/logout", fromOwnForm(later(signIn::end)))
                .post("/backchannel-logout", later(serverLogout::answer))
                .error(404, context -> explain(context, Explanation.NOT_FOUND))
                .error(405, context -> explain(context, Explanation.NOT_FOUND))
                .exception(RefusedException.class, (refused, context) -> explain(context, refused.explanation()))
                .exception(OAuthException.class, (failure, context) -> explain(context, failure))
                .exception(CompletionException.class, this::explainCause)
                .exception(Exception.class, this::explainOwnFault);
    }

    /** No thread waits while the authorization server works. */
    private static Handler later(Function<Context, CompletableFuture<Void>> handler) {
        return context -> context.future(() -> handler.apply(context));
    }

    private CompletableFuture<Void> showAccount(Context context) {
        Session session = signIn.signedIn(context);
        return signIn.freshTokens(session)
                .thenCompose(fresh -> client.userInfo(fresh) // "sub" is the ID Token's
                        .thenAccept(user -> context.html(Pages.account(session, fresh, user, clock))));
    }

    private CompletableFuture<Void> showOrders(Context context) {
        Session session = signIn.signedIn(context);
        return signIn.freshTokens(session)
                .thenCompose(this::readOrders)
                .thenAccept(answer -> context.html(Pages.orders(session, ordersUrl, answer)));
    }

    private CompletableFuture<HttpResponse> readOrders(TokenResponse fresh) {
        // RFC 6749 §3.3: less may be granted than was asked for
        Set<String> granted = fresh.getScopes();
        if (granted == null || !granted.contains("orders:read")) {
            throw new RefusedException(Explanation.NOT_ALLOWED);
        }
        return client.resource(ordersUrl, fresh);
    }

    /** Another site cannot know the session's form token; {@code SameSite} alone takes all ports of a host for one site. */
    private Handler fromOwnForm(Handler handler) {
        return context -> {
            Session session = sessions.find(context).orElseThrow(() -> new RefusedException(Explanation.NOT_SIGNED_IN));
            if (!isEqual(context.formParam(Pages.FORM_TOKEN), session.formToken())) {
                throw new RefusedException(Explanation.FORM_OUTDATED);
            }
            handler.handle(context);
        };
    }

    private static boolean isEqual(String sent, String expected) {
        return sent != null
                && MessageDigest.isEqual(
                        sent.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    }

    private void explainCause(CompletionException failure, Context context) {
        Throwable cause = AsyncErrors.unwrap(failure);
        if (cause instanceof OAuthException e) {
            explain(context, e);
        } else if (cause instanceof RefusedException e) {
            explain(context, e.explanation());
        } else {
            explainOwnFault(failure, context);
        }
    }

    private void explainOwnFault(Exception failure, Context context) {
        LOGGER.error("{} {}", context.method(), context.path(), failure);
        explain(context, Explanation.OWN_FAULT);
    }

    private void explain(Context context, OAuthException failure) {
        LOGGER.info("{}: {}", failure.getCode(), failure.getMessage()); // has no secret in it
        explain(context, Explanation.of(failure));
    }

    private void explain(Context context, Explanation explanation) {
        // the server has taken the tokens back (RFC 6749 §5.2, RFC 6750 §3.1): the sign-in is over here, too
        if (explanation == Explanation.NO_LONGER_ACCEPTED) {
            sessions.end(context);
        }
        context.status(explanation.status()).html(Pages.failure(sessions.find(context), explanation));
    }

    private void securityHeaders(Context context) {
        // sign-out is a form whose answer redirects to the authorization server
        String server = client.getServer().getIssuer();
        context.header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self' "
                                + server + "; base-uri 'none'; frame-ancestors 'none'")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store");
    }

    @Override
    public void close() {
        server.stop();
        tokens.close();
    }
}
