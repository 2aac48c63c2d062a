package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.token.TokenResponse;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Sign-in, fresh tokens, sign-out: what an application of your own would copy. */
final class SignIn {
    private final AsyncOpenIdClient client;
    private final Sessions sessions;
    private final String url;

    SignIn(AsyncOpenIdClient client, Sessions sessions, String url) {
        this.client = client;
        this.sessions = sessions;
        this.url = url;
    }

    /** Sends the browser to the authorization server. */
    void begin(Context context) {
        AuthorizationRequest request = client.authorizationRequest(r -> r // PKCE, state and nonce are made inside
                .redirectUri(url + "/callback")
                .scope("openid", "profile", "email", "orders:read"));
        // In the session, so that only the browser which began the sign-in can finish it (RFC 6749 §10.12).
        Session session = sessions.find(context).orElseGet(() -> sessions.start(context));
        session.putPending(request.getPending().getState(), request.getPending().encode());
        context.redirect(request.getUrl());
    }

    /** The browser is back, with a code or with an error. */
    CompletableFuture<Void> finish(Context context) {
        Session session = sessions.find(context).orElseThrow(() -> new RefusedException(Explanation.SIGN_IN_OVER));
        // By state, as each tab may have begun a sign-in. Removed before anything is looked at: whatever comes of it,
        // no callback is taken twice.
        String pending = Optional.ofNullable(context.queryParam("state"))
                .flatMap(session::takePending)
                .orElseThrow(() -> new RefusedException(Explanation.SIGN_IN_OVER));
        return client.authorizationCodeGrant(context.fullUrl(), PendingAuthorization.decode(pending))
                .thenCompose(tokens -> sessions.renew(context, session, tokens))
                // On to a URL without the code, which so stays neither in the history nor in a Referer.
                .thenAccept(kept -> context.redirect("/account"));
    }

    /** The session of a person who is signed in. */
    Session signedIn(Context context) {
        return sessions.find(context)
                .filter(Session::isSignedIn)
                .orElseThrow(() -> new RefusedException(Explanation.NOT_SIGNED_IN));
    }

    /** Usable tokens of {@code session}: refreshed in time, once for all requests that come with it. */
    CompletableFuture<TokenResponse> freshTokens(Session session) {
        return sessions.tokens().source(session.id()).token();
    }

    /** Refreshes the tokens of the person who is signed in, as where an API has refused them. */
    CompletableFuture<Void> refresh(Context context) {
        AsyncTokenSource source = sessions.tokens().source(signedIn(context).id());
        return source.token()
                .thenAccept(source::invalidate)
                .thenCompose(refused -> source.token())
                .thenAccept(tokens -> context.redirect("/account"));
    }

    /** Ends the session here, then sends the browser to end the one at the server too. */
    CompletableFuture<Void> end(Context context) {
        return sessions.tokens().load(signedIn(context).id()).thenAccept(tokens -> {
            sessions.end(context);
            context.redirect(client.endSessionUrl(r -> {
                r.postLogoutRedirectUri(url + "/");
                if (tokens != null) {
                    r.idTokenHint(tokens);
                }
            }));
        });
    }
}
