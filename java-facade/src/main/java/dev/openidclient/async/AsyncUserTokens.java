package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientSource;
import dev.openidclient.token.LogoutToken;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.UserTokens;
import dev.openidclient.tokensource.UserTokensSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of signed-in users, each under the id of their session: renewed in time with the refresh token, which is
 * sent once for all callers, whoever of them gives up; kept where the server fails; and never sent twice where that
 * could end the session (<a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14">RFC 9700 §4.14</a>). {@link
 * UserTokens} for Java.
 *
 * <pre>{@code
 * var sessions = AsyncUserTokens.of(client);
 * client.authorizationCodeGrant(callbackUrl, pending).thenCompose(tokens -> sessions.put(sessionId, tokens));
 * sessions.source(sessionId).token().thenCompose(tokens -> client.resource(url, tokens));
 * }</pre>
 *
 * <p>Held in memory: they end with the process, and their users sign in again. One for each client, for the life of the
 * program; {@link #close} it at the end. Safe for any number of threads at once; {@link AsyncTokenSource} says what holds
 * of threads and cancellation. The page {@code docs/tokens.md} shows how it is used.
 *
 * <p>A session id is a secret of the program's own, best the random id of the browser's session; no name or address of a
 * person, or two browsers of one person share one session.
 */
public final class AsyncUserTokens implements AutoCloseable {
    private final UserTokens tokens;
    private final Renewals renewals;

    private AsyncUserTokens(
            AsyncClientSource client, Consumer<? super UserTokensSettings> configure, Renewals renewals) {
        ClientSource source = AsyncClientSource.toClientSource(requireNonNull(client, "client"));
        this.tokens = new UserTokens(source, renewals.settings(configure));
        this.renewals = renewals;
    }

    /**
     * The users of {@code client}, which stays the caller's. Their tokens are renewed on the threads, or the executor,
     * of {@code client}; on threads of their own where it is an {@link AsyncClientSource} of the program's own
     * making.
     *
     * @throws IllegalArgumentException where the settings contradict themselves, or the client has no timeout
     */
    public static AsyncUserTokens of(AsyncClientSource client, Consumer<? super UserTokensSettings> configure) {
        return new AsyncUserTokens(client, configure, Renewals.of(client));
    }

    /** The same with default settings. */
    public static AsyncUserTokens of(AsyncClientSource client) {
        return of(client, settings -> {});
    }

    /** The same with renewals on {@code executor}; {@link #close} leaves it running. */
    public static AsyncUserTokens of(
            AsyncClientSource client, Consumer<? super UserTokensSettings> configure, Executor executor) {
        return new AsyncUserTokens(client, configure, Renewals.on(executor));
    }

    /**
     * Keeps {@code tokens} under {@code sessionId}, in place of what was there: after the sign-in. Fails with {@link
     * IllegalArgumentException} where {@code sessionId} is empty, or {@code tokens} are another client's; with {@link
     * IllegalStateException} where this is closed.
     */
    public CompletableFuture<@Nullable Void> put(String sessionId, TokenResponse tokens) {
        return renewals.calls().completion(k -> this.tokens.put(sessionId, tokens, k));
    }

    /**
     * The access tokens of {@code sessionId}, which need not be there yet: {@link AsyncTokenSource#token} fails with
     * {@link dev.openidclient.error.TokenSourceException} where it is not. {@code configure} names what a refresh asks
     * for: with narrower scopes the source has access tokens of its own, and shares the refresh token with the others of
     * the session.
     *
     * @throws IllegalArgumentException where {@code sessionId} is empty
     * @throws IllegalStateException where this is closed
     */
    public AsyncTokenSource source(String sessionId, Consumer<? super TokenRequestBuilder> configure) {
        return renewals.view(tokens.source(requireNonNull(sessionId, "sessionId"), dsl(configure)));
    }

    /** The same for what the sign-in has brought. */
    public AsyncTokenSource source(String sessionId) {
        return source(sessionId, request -> {});
    }

    /**
     * What is kept under {@code sessionId}, without any request to the server, also where the access token has expired:
     * for the claims, or {@code id_token_hint} of a logout. Null where there is nothing.
     */
    public CompletableFuture<@Nullable TokenResponse> load(String sessionId) {
        return renewals.calls().future(k -> tokens.load(sessionId, k));
    }

    /** Forgets the tokens of {@code sessionId}: a refresh on the way brings none back. The server still knows them. */
    public CompletableFuture<@Nullable Void> remove(String sessionId) {
        return renewals.calls().completion(k -> tokens.remove(sessionId, k));
    }

    /**
     * {@link #remove}, and then makes the server forget them (<a href="https://www.rfc-editor.org/rfc/rfc7009">RFC
     * 7009</a>): the refresh token, or the access token where there is none. Fails with an {@link
     * dev.openidclient.error.OAuthException} where the server does not; the session is over here all the same.
     */
    public CompletableFuture<@Nullable Void> revoke(String sessionId) {
        return renewals.calls().completion(k -> tokens.revoke(sessionId, k));
    }

    /**
     * Ends the sessions that {@code logoutToken} is about, over all instances, as {@link #remove} does; brings how many
     * there were. Those of its {@code sid}; where it names none, all of its {@code sub}, of the latest 100 sign-ins.
     * Another instance may hand out an access token of them for {@code nearCopy} still, and no longer: a refresh on the
     * way brings none back.
     *
     * <p>Fails with {@link dev.openidclient.error.TokenSourceException} where the store fails, after it has ended what it
     * could. This process ends the rest as soon as the store is back, for the server's post of {@code logoutToken} counts
     * as seen; to call it again does no harm. After {@link #close} it tries once more, and then no longer. Fails with
     * {@link IllegalStateException} without {@code backChannelLogout()} in the settings, or where this is closed.
     *
     * <p>The page {@code docs/logout.md} shows it in a web application.
     */
    public CompletableFuture<Integer> endSessions(LogoutToken logoutToken) {
        return renewals.calls().future(k -> tokens.endSessions(requireNonNull(logoutToken, "logoutToken"), k));
    }

    /**
     * Begins no more renewals; those on the way go on to their end, and what they bring is kept. The future of whoever
     * asks afterwards fails with {@link IllegalStateException}. The client stays open: close it after {@link
     * #closeAsync}.
     */
    @Override
    public void close() {
        renewals.close(tokens::close);
    }

    /**
     * {@link #close}, and completes when the renewals on the way have ended: no longer than the client's timeout.
     * Cancelling the future changes nothing.
     */
    public CompletableFuture<@Nullable Void> closeAsync() {
        close();
        return renewals.closed(tokens::closed);
    }

    /** Shows the issuer and the client id. */
    @Override
    public String toString() {
        return "Async" + tokens;
    }
}
