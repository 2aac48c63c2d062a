package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientSource;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.tokensource.ClientCredentialsSettings;
import dev.openidclient.tokensource.ClientCredentialsTokens;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tokens for the client itself (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749 §4.4</a>), kept
 * and renewed in time: one request for all callers, none for a caller who needs not wait, and an outage of the server
 * that nobody notices while a token lives. {@link ClientCredentialsTokens} for Java.
 *
 * <pre>{@code
 * try (var service = AsyncClientCredentialsTokens.of(client, s -> s.lifetimeWhenUnknown(Duration.ofMinutes(10)))) {
 *     AsyncTokenSource orders = service.source(r -> r.scope("orders:read").resource("https://api.example.com"));
 *     orders.token().thenCompose(tokens -> client.resource("https://api.example.com/orders", tokens));
 * }
 * }</pre>
 *
 * <p>Held in memory; with a {@code store} in the settings all instances of a service share one token, also over a restart.
 * The store saves requests, and nothing else depends on it: where it fails each instance fetches a token of its own.
 *
 * <p>One for each client, for the life of the program; {@link #close} it at the end. Safe for any number of threads at
 * once; {@link AsyncTokenSource} says what holds of threads and cancellation. The page {@code docs/tokens.md} shows how
 * it is used, and {@code docs/many-instances.md} the store.
 */
public final class AsyncClientCredentialsTokens implements AutoCloseable {
    private final ClientCredentialsTokens tokens;
    private final Renewals renewals;

    private AsyncClientCredentialsTokens(
            AsyncClientSource client, Consumer<? super ClientCredentialsSettings> configure, Renewals renewals) {
        ClientSource source = AsyncClientSource.toClientSource(requireNonNull(client, "client"));
        this.tokens = new ClientCredentialsTokens(source, renewals.settings(configure));
        this.renewals = renewals;
    }

    /**
     * Tokens of {@code client}, which stays the caller's. They are renewed on the threads, or the executor, of {@code
     * client}; on threads of their own where it is an {@link AsyncClientSource} of the program's own making.
     *
     * @throws IllegalArgumentException where the settings contradict themselves, or the client has no timeout
     */
    public static AsyncClientCredentialsTokens of(
            AsyncClientSource client, Consumer<? super ClientCredentialsSettings> configure) {
        return new AsyncClientCredentialsTokens(client, configure, Renewals.of(client));
    }

    /** The same with default settings. */
    public static AsyncClientCredentialsTokens of(AsyncClientSource client) {
        return of(client, settings -> {});
    }

    /** The same with renewals on {@code executor}; {@link #close} leaves it running. */
    public static AsyncClientCredentialsTokens of(
            AsyncClientSource client, Consumer<? super ClientCredentialsSettings> configure, Executor executor) {
        return new AsyncClientCredentialsTokens(client, configure, Renewals.on(executor));
    }

    /**
     * Tokens for what {@code configure} asks for: scopes, resources, any other parameter. It is read now, and once. Two
     * sources that ask for the same share their tokens.
     *
     * @throws IllegalStateException where this is closed
     */
    public AsyncTokenSource source(Consumer<? super TokenRequestBuilder> configure) {
        return renewals.view(tokens.source(dsl(configure)));
    }

    /** The same without further parameters. */
    public AsyncTokenSource source() {
        return source(request -> {});
    }

    /**
     * Ends the renewals. The futures of those who wait fail with {@link IllegalStateException}, and so do those of
     * whoever asks afterwards. The client stays open.
     */
    @Override
    public void close() {
        renewals.close(tokens::close);
    }

    /** {@link #close}, and completes when nothing of this runs any more. Cancelling the future changes nothing. */
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
