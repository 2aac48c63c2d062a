package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncSignIn;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.signin.SignInCookie;
import dev.openidclient.token.TokenResponse;
import io.javalin.http.Context;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sign-in, fresh tokens, sign-out: what an application of your own would copy. */
final class SignInRoutes {
    private final AsyncOpenIdClient client;
    private final AsyncUserTokens tokens;
    private final Sessions sessions;
    private final String url;
    private final AsyncSignIn signIn;

    SignInRoutes(AsyncOpenIdClient client, AsyncUserTokens tokens, Sessions sessions, String url, SharedState shared) {
        this.client = client;
        this.tokens = tokens;
        this.sessions = sessions;
        this.url = url;
        this.signIn = AsyncSignIn.of(client, s -> {
            s.redirectUri(url + "/callback").store(shared.store(), shared.cipher());
            if (url.startsWith("http:")) {
                s.insecureCookies(); // on this machine only
            }
        });
    }

    /** Sends the browser to the authorization server, with a cookie of this sign-in. */
    CompletableFuture<Void> begin(Context context) {
        return signIn.begin(
                        context.header("Cookie"),
                        null,
                        r -> r // PKCE, state and nonce are made inside
                                .scope("openid", "profile", "email", "orders:read"))
                .thenAccept(begun -> {
                    set(context, begun.getCookies());
                    context.redirect(begun.getUrl());
                });
    }

    /** The browser is back, with a code or with an error: taken once, and from the browser that began. */
    CompletableFuture<Void> finish(Context context) {
        return signIn.complete(context.fullUrl(), context.header("Cookie")).thenCompose(done -> {
            set(context, done.getCookies());
            return sessions.start(context, done.getTokens())
                    // On to a URL without the code, which so stays neither in the history nor in a Referer.
                    .thenRun(() -> context.redirect("/account"));
        });
    }

    private static void set(Context context, List<SignInCookie> cookies) {
        cookies.forEach(cookie -> context.res().addHeader("Set-Cookie", cookie.headerValue()));
    }

    /** The session of a person who is signed in. */
    Session signedIn(Context context) {
        return sessions.find(context).orElseThrow(() -> new RefusedException(Explanation.NOT_SIGNED_IN));
    }

    /** Usable tokens of {@code session}: refreshed in time, once for all requests that come with it, at whatever instance. */
    CompletableFuture<TokenResponse> freshTokens(Session session) {
        return tokens.source(session.id()).token();
    }

    /** Refreshes the tokens of the person who is signed in, as where an API has refused them. */
    CompletableFuture<Void> refresh(Context context) {
        AsyncTokenSource source = tokens.source(signedIn(context).id());
        return source.token()
                .thenAccept(source::invalidate)
                .thenCompose(refused -> source.token())
                .thenAccept(fresh -> context.redirect("/account"));
    }

    /** Ends the session here, then sends the browser to end the one at the server too. */
    CompletableFuture<Void> end(Context context) {
        Session session = signedIn(context);
        return sessions.end(context)
                .thenRun(() -> context.redirect(client.endSessionUrl(
                        r -> r.idTokenHint(session.tokens()).postLogoutRedirectUri(url + "/"))));
    }
}
