package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationRequestBuilder;
import dev.openidclient.signin.BegunSignIn;
import dev.openidclient.signin.CompletedSignIn;
import dev.openidclient.signin.SignIn;
import dev.openidclient.signin.SignInSettings;
import dev.openidclient.token.TokenRequestBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sign-in on the web, from the link to the tokens, for any web framework: {@link #begin} says where to send the browser
 * and which cookie to give it, {@link #complete} takes the callback with that cookie and brings the tokens. {@link
 * SignIn} for Java.
 *
 * <pre>{@code
 * var signIn = AsyncSignIn.of(client, s -> s.redirectUri("https://rp.example.com/callback").store(store, cipher));
 * signIn.begin(cookieHeader, returnTo, r -> r.scope("openid")); // GET /login
 * signIn.complete(callbackUrl, cookieHeader); // GET /callback
 * }</pre>
 *
 * <p>Each sign-in has a cookie of its own, so several tabs sign in at once. Only the browser that began a sign-in can
 * finish it (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-10.12">RFC 6749 §10.12</a>), once: over all
 * instances of the service, where they share a store. The browser then has a random handle, and no more.
 *
 * <p>One for each client, for the life of the program; nothing of it is to be closed. Safe for any number of threads at
 * once. Cancelling a future ends its call.
 *
 * <p>A session of the application is its own affair: give the browser a <b>new</b> session id after {@link #complete},
 * and keep the tokens in {@link AsyncUserTokens} under it. The page {@code docs/sign-in-sessions.md} shows both.
 */
public final class AsyncSignIn {
    private final SignIn signIn;
    private final Calls calls;

    private AsyncSignIn(AsyncClientSource client, Consumer<? super SignInSettings> configure, Calls calls) {
        this.signIn = new SignIn(AsyncClientSource.toClientSource(requireNonNull(client, "client")), dsl(configure));
        this.calls = calls;
    }

    /**
     * Sign-ins at the server of {@code client}, which stays the caller's. Calls run on the threads, or the executor, of
     * {@code client}, and end with it; where it is an {@link AsyncClientSource} of the program's own making, on those
     * that complete its stages.
     *
     * @throws IllegalArgumentException where the settings contradict themselves or have no {@code redirectUri}
     */
    public static AsyncSignIn of(AsyncClientSource client, Consumer<? super SignInSettings> configure) {
        Calls ofClient = Calls.of(client);
        return new AsyncSignIn(client, configure, ofClient == null ? Calls.UNOWNED : ofClient);
    }

    /** The same with calls on {@code executor}. */
    public static AsyncSignIn of(
            AsyncClientSource client, Consumer<? super SignInSettings> configure, Executor executor) {
        return new AsyncSignIn(client, configure, Calls.on(executor));
    }

    /**
     * A sign-in with the parameters that {@code configure} names: send the browser to the URL of the result, with its
     * cookies. {@code cookieHeader} is the value of the header {@code Cookie} of the request (several joined with {@code
     * "; "}; null where there is none), so that a browser does not keep the cookies of more than 5 sign-ins. {@code
     * returnTo} is where the person wanted to go: a path of this application, with its query. It may come from a link, so
     * what is anything else, or longer than 1 024 characters, is dropped.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where the client cannot be had, its server takes no
     * pushed request, or the store or cipher fails; with {@link IllegalArgumentException} where {@code configure} names
     * another {@code redirect_uri}, or a cookie of its own would be longer than browsers keep (4 096 bytes); with {@link
     * IllegalStateException} where a signed request is required and the settings have no {@code signRequests}.
     */
    public CompletableFuture<BegunSignIn> begin(
            @Nullable String cookieHeader,
            @Nullable String returnTo,
            Consumer<? super AuthorizationRequestBuilder> configure) {
        return calls.future(k -> signIn.begin(cookieHeader, returnTo, dsl(configure), k));
    }

    /** The same with nothing else in the request. */
    public CompletableFuture<BegunSignIn> begin(@Nullable String cookieHeader, @Nullable String returnTo) {
        return begin(cookieHeader, returnTo, request -> {});
    }

    /**
     * The tokens for the callback of the browser, where it began this sign-in: {@code callbackUrl} is the URL that it
     * came back to, with its query, and {@code cookieHeader} the value of the header {@code Cookie} of that request
     * (several joined with {@code "; "}; null where there is none). Whatever {@code authorizationCodeGrant} checks is
     * checked; {@code configure} adds to the token request. What was pending is gone from then on, whatever comes of it.
     *
     * <p>Fails with {@link dev.openidclient.error.ValidationException} with the subject {@code pending_authorization}
     * where this browser has not begun it, has finished it before, or waited too long: nothing was sent, no other sign-in
     * is lost, and the person begins again. With {@link dev.openidclient.error.AuthorizationResponseException} where the
     * server or the person refused; with {@link dev.openidclient.error.TokenSourceException} where the store or the
     * cipher fails, or an entry is sealed with a key that is not known here; with another {@link
     * dev.openidclient.error.OAuthException} where anything else does not hold or the server cannot be reached.
     */
    public CompletableFuture<CompletedSignIn> complete(
            String callbackUrl, @Nullable String cookieHeader, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(
                k -> signIn.complete(requireNonNull(callbackUrl, "callbackUrl"), cookieHeader, dsl(configure), k));
    }

    /** The same with nothing else in the token request. */
    public CompletableFuture<CompletedSignIn> complete(String callbackUrl, @Nullable String cookieHeader) {
        return complete(callbackUrl, cookieHeader, request -> {});
    }

    /** The same for any callback, as a posted form. */
    public CompletableFuture<CompletedSignIn> complete(
            AuthorizationCallback callback,
            @Nullable String cookieHeader,
            Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(
                k -> signIn.complete(requireNonNull(callback, "callback"), cookieHeader, dsl(configure), k));
    }

    /** The same with nothing else in the token request. */
    public CompletableFuture<CompletedSignIn> complete(AuthorizationCallback callback, @Nullable String cookieHeader) {
        return complete(callback, cookieHeader, request -> {});
    }

    @Override
    public String toString() {
        return "Async" + signIn;
    }
}
