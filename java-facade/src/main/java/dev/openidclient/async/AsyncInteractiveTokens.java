package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.InteractiveTokens;
import dev.openidclient.agent.InteractiveTokensSettings;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.resource.ChallengedRequest;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.TokenState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens for one resource of which nothing but its URL is known: who gives them is found from its metadata, a person
 * agrees in a browser, and what the resource asks for later, as more scopes or another sign-in, is answered in the same
 * way. {@link InteractiveTokens} for Java.
 *
 * <p>{@link AsyncMcpAccess} is it for the Model Context Protocol. For other resources it is the client and the tokens of
 * an {@link AsyncResourceAccess}: {@code AsyncResourceAccess.of(tokens, tokens, s -> s.allow("https://api.example.com"))}.
 *
 * <p>One for each resource and person, for the life of the program; {@link #close} it at the end. Safe for any number of
 * threads at once; {@link AsyncTokenSource} says what holds of threads and cancellation.
 */
public final class AsyncInteractiveTokens implements AsyncChallengeHandler, AsyncClientSource, AutoCloseable {
    final InteractiveTokens tokens;
    private final Renewals renewals;
    private final AsyncTokenSource source;
    private final HandedOut clients;

    AsyncInteractiveTokens(InteractiveTokens tokens, Renewals renewals) {
        this.tokens = tokens;
        this.renewals = renewals;
        this.source = renewals.view(tokens);
        this.clients = new HandedOut(renewals.calls());
    }

    /**
     * The tokens of the resource at {@code url}. Authorizations and renewals run on threads of their own. Sends nothing.
     *
     * @throws IllegalArgumentException where {@code url} is no absolute URL or not {@code https}, or the settings
     * contradict     themselves
     */
    public static AsyncInteractiveTokens of(String url, Consumer<? super InteractiveTokensSettings> configure) {
        return of(url, configure, Renewals.onOwnThreads());
    }

    /** The same on {@code executor}; {@link #close} leaves it running. */
    public static AsyncInteractiveTokens of(
            String url, Consumer<? super InteractiveTokensSettings> configure, Executor executor) {
        return of(url, configure, Renewals.on(executor));
    }

    private static AsyncInteractiveTokens of(
            String url, Consumer<? super InteractiveTokensSettings> configure, Renewals renewals) {
        var settings = renewals.interactive(configure);
        return new AsyncInteractiveTokens(new InteractiveTokens(requireNonNull(url, "url"), dsl(settings)), renewals);
    }

    /** Of the resource, without a fragment. */
    public String getUrl() {
        return tokens.getUrl();
    }

    /**
     * A token that is usable now; where there is none, of the authorization that begins then. Fails with what comes of
     * that; with {@link dev.openidclient.error.AuthorizationRequiredException} where the program sends the browser
     * itself; with {@link IllegalStateException} after {@link #close}.
     */
    @Override
    public CompletableFuture<TokenResponse> token() {
        return source.token();
    }

    @Override
    public CompletableFuture<@Nullable TokenResponse> tokenFor(String url) {
        requireNonNull(url, "url");
        return renewals.calls().future(k -> tokens.tokenFor(url, k));
    }

    @Override
    public CompletableFuture<Boolean> answer(ChallengedRequest refused) {
        requireNonNull(refused, "refused");
        return renewals.calls().future(k -> tokens.answer(refused, k));
    }

    @Override
    public void invalidate(TokenResponse refused) {
        tokens.invalidate(requireNonNull(refused, "refused"));
    }

    @Override
    public TokenState state() {
        return tokens.state();
    }

    /** The client that the tokens are of. Fails with {@code TokenSourceException} where none is known yet. */
    @Override
    public CompletableFuture<AsyncOpenIdClient> client() {
        return clients.client(tokens::client);
    }

    /**
     * Finishes what an {@link dev.openidclient.error.AuthorizationRequiredException} began: {@code callbackUrl} is the
     * URL that the browser came back to, with its query, {@code pending} that of the exception. Remove the stored one
     * before the call. Fails as {@code authorizationCodeGrant} does; with {@link IllegalArgumentException} where {@code
     * pending} is damaged.
     */
    public CompletableFuture<@Nullable Void> complete(String callbackUrl, String pending) {
        requireNonNull(callbackUrl, "callbackUrl");
        requireNonNull(pending, "pending");
        return renewals.calls().completion(k -> tokens.complete(callbackUrl, pending, k));
    }

    /** The same for any callback, as a posted form. */
    public CompletableFuture<@Nullable Void> complete(AuthorizationCallback callback, String pending) {
        requireNonNull(callback, "callback");
        requireNonNull(pending, "pending");
        return renewals.calls().completion(k -> tokens.complete(callback, pending, k));
    }

    /** Forgets the tokens, here and in the store: the next request needs a person again. The server still knows them. */
    public CompletableFuture<@Nullable Void> remove() {
        return renewals.calls().completion(k -> tokens.remove(k));
    }

    /**
     * {@link #remove}, and then makes the server forget them (<a href="https://www.rfc-editor.org/rfc/rfc7009">RFC
     * 7009</a>).
     */
    public CompletableFuture<@Nullable Void> revoke() {
        return renewals.calls().completion(k -> tokens.revoke(k));
    }

    /**
     * Ends an authorization on the way, and renewals after those that have begun; the futures of those who wait fail with
     * {@link IllegalStateException}, and so do those of whoever asks afterwards. A connection that was given stays open.
     */
    @Override
    public void close() {
        renewals.close(tokens::close);
    }

    /**
     * {@link #close}, and completes when the renewals on the way have ended: no longer than the timeout of a request.
     * Cancelling the future changes nothing.
     */
    public CompletableFuture<@Nullable Void> closeAsync() {
        close();
        return renewals.closed(tokens::closed);
    }

    @Override
    public String toString() {
        return "Async" + tokens;
    }
}
