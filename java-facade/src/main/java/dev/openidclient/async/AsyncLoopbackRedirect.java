package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.loopback.LoopbackRedirect;
import dev.openidclient.loopback.LoopbackRedirectSettings;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.jvm.functions.Function2;

/**
 * Signs a person in with the browser of this machine: a redirect URI at a port of it, for a command-line or desktop
 * program (<a href="https://www.rfc-editor.org/rfc/rfc8252#section-7.3">RFC 8252 §7.3</a>). {@link LoopbackRedirect}
 * for Java.
 *
 * <pre>{@code
 * try (var redirect = AsyncLoopbackRedirect.open(url -> Desktop.getDesktop().browse(URI.create(url)))) {
 *     var request = client.authorizationRequest(r -> r.redirectUri(redirect.getUri()).scope("openid"));
 *     var tokens = redirect.await(request)
 *             .thenCompose(callback -> client.authorizationCodeGrant(callback, request.getPending()))
 *             .join();
 * }
 * }</pre>
 *
 * <p>The port is bound when this is made, at the loopback addresses only, and closed when {@link #await} ends, however
 * it does, or by {@link #close}. Only the callback of the request that {@link #await} has, which its {@code state} tells,
 * ends the waiting: what else comes is answered with a page that says nothing, and the waiting goes on. A response that
 * is encrypted (JARM) is opened first, with the keys of the client. The browser then shows a page that says that the
 * window may be closed.
 *
 * <p>Needs the module {@code jdk.httpserver}. The page {@code docs/cli-and-desktop.md} shows a whole program.
 */
public final class AsyncLoopbackRedirect implements AutoCloseable {
    private final LoopbackRedirect redirect;

    // in place: what is cancelled at once has begun, and closes the port; the threads end when they were idle for a
    // while
    private final Calls calls = Calls.onOwnThreads().inPlace();

    private AsyncLoopbackRedirect(LoopbackRedirect redirect) {
        this.redirect = redirect;
    }

    /**
     * Binds any free port. {@code open} starts the browser at the URL that it gets; what it throws ends {@link #await}.
     *
     * @throws IOException where no port can be had
     * @throws dev.openidclient.error.UnsupportedFeatureException where the runtime has no {@code jdk.httpserver}, as
     *     Android
     */
    public static AsyncLoopbackRedirect open(OpenBrowser open) throws IOException {
        return open(settings -> {}, open);
    }

    /**
     * The same with settings, as the port for a server that takes no other than the registered one.
     *
     * @throws IOException where the port is taken
     * @throws IllegalArgumentException where the settings contradict themselves
     * @throws dev.openidclient.error.UnsupportedFeatureException where the runtime has no {@code jdk.httpserver}
     */
    public static AsyncLoopbackRedirect open(Consumer<? super LoopbackRedirectSettings> configure, OpenBrowser open)
            throws IOException {
        return new AsyncLoopbackRedirect(new LoopbackRedirect(dsl(configure), suspending(open)));
    }

    /**
     * A handler that makes a redirect of this kind for each sign-in, one after another: for programs that sign in when
     * they must. What {@link #open(OpenBrowser)} throws is what the handler fails with.
     */
    public static AuthorizationHandler authorization(OpenBrowser open) {
        return authorization(settings -> {}, open);
    }

    /** The same with settings. */
    public static AuthorizationHandler authorization(
            Consumer<? super LoopbackRedirectSettings> configure, OpenBrowser open) {
        return LoopbackRedirect.Companion.authorization(dsl(configure), suspending(open));
    }

    /** The redirect URI, as {@code http://127.0.0.1:49152/callback}: for the request. */
    public String getUri() {
        return redirect.getUri();
    }

    /**
     * Opens the browser with {@code request} and brings its callback, which nothing but {@code state} is checked of:
     * {@code authorizationCodeGrant} does the rest, and tells an error of the server from a code. The port is closed
     * then, and at once where the future is cancelled.
     *
     * <p>Fails with {@link dev.openidclient.error.TransportException} with the code {@code OAUTH_TIMEOUT} where the
     * callback does not come in time; with {@link IllegalArgumentException} where {@code request} has another redirect
     * URI; with {@link IllegalStateException} where it must be signed or pushed, and where this waits already, has
     * waited before, or was closed.
     */
    public CompletableFuture<AuthorizationCallback> await(AuthorizationRequest request) {
        return calls.future(k -> redirect.await(requireNonNull(request, "request"), k));
    }

    /** Closes the port; {@link #await} fails with {@link IllegalStateException} where it waits. */
    @Override
    public void close() {
        redirect.close();
    }

    @Override
    public String toString() {
        return "Async" + redirect;
    }

    /** Each time on a thread of its own: an opener that blocks holds up neither the callback nor the timeout. */
    private static Function2<String, Continuation<? super Unit>, Object> suspending(OpenBrowser open) {
        requireNonNull(open, "open");
        var threads = new OwnThreads();
        return (url, continuation) -> {
            CompletableFuture<Unit> opened = new CompletableFuture<>();
            threads.getExecutor().execute(() -> {
                try {
                    open.open(url);
                    opened.complete(Unit.INSTANCE);
                } catch (Throwable e) { // an opener in another language throws what it likes
                    opened.completeExceptionally(e);
                }
            });
            return AwaitedStage.await(opened, "the opener of the browser", continuation);
        };
    }
}
