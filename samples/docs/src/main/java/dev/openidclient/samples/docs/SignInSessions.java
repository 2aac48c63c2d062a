package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncPendingAuthorizations;
import dev.openidclient.async.AsyncSignIn;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.ValidationSubject;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

public final class SignInSessions {
    /** The answer to a browser, as each web framework has it. */
    public interface Answer {
        void addHeader(String name, String value);

        void redirect(String url);
    }

    private final AsyncSignIn signIn;
    private final AsyncUserTokens users;
    private final Supplier<String> newSession;

    public SignInSessions(AsyncSignIn signIn, AsyncUserTokens users, Supplier<String> newSession) {
        this.signIn = signIn;
        this.users = users;
        this.newSession = newSession;
    }

    public static AsyncSignIn signInOf(AsyncOpenIdClient client, TokenStore ourStore, TokenCipher cipher) {
        // region make
        var signIn = AsyncSignIn.of(
                client,
                s -> s.redirectUri("https://rp.example.com/callback") // exactly as it is registered
                        .store(ourStore, cipher)); // the same in all instances
        // endregion
        return signIn;
    }

    // region begin
    /** GET /login?return_to=/orders */
    public CompletableFuture<Void> login(String cookieHeader, String returnTo, Answer answer) {
        return signIn.begin(cookieHeader, returnTo, r -> r.scope("openid", "email"))
                .thenAccept(begun -> {
                    begun.getCookies().forEach(cookie -> answer.addHeader("Set-Cookie", cookie.headerValue()));
                    answer.redirect(begun.getUrl());
                });
    }
    // endregion

    // region complete
    /** GET /callback?code=…&state=… */
    public CompletableFuture<Void> callback(String url, String cookieHeader, Answer answer) {
        return signIn.complete(url, cookieHeader).thenCompose(done -> {
            done.getCookies().forEach(cookie -> answer.addHeader("Set-Cookie", cookie.headerValue()));
            // under a new session id: who knew the old one is not signed in
            return users.put(newSession.get(), done.getTokens())
                    .thenRun(() -> answer.redirect(Objects.requireNonNullElse(done.getReturnTo(), "/")));
        });
    }
    // endregion

    // region explain
    public static String explain(OAuthException failure) {
        if (failure instanceof ValidationException e
                && ValidationSubject.PENDING_AUTHORIZATION.equals(e.getSubject())) {
            return "This sign-in was begun elsewhere, is over or took too long. Please begin again.";
        }
        return failure instanceof AuthorizationResponseException
                ? "You were not signed in. Please begin again."
                : "The sign-in did not succeed. Please begin again later.";
    }
    // endregion

    // region pending
    /** GET /login: the future brings a random handle, for a cookie of your own. */
    public static CompletableFuture<String> begin(AsyncOpenIdClient client, AsyncPendingAuthorizations pending) {
        var request = client.authorizationRequest(
                r -> r.redirectUri("https://rp.example.com/callback").scope("openid"));
        return pending.begin(request);
    }

    /** GET /callback: once, over all instances; empty: begin again. */
    public static CompletableFuture<Optional<TokenResponse>> end(
            AsyncOpenIdClient client, AsyncPendingAuthorizations pending, String callbackUrl, String handle) {
        return pending.take(handle)
                .thenCompose(begun -> begun == null
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : client.authorizationCodeGrant(callbackUrl, begun).thenApply(Optional::of));
    }
    // endregion
}
