package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientSource;
import dev.openidclient.tokensource.ExchangeSettings;
import dev.openidclient.tokensource.ExchangedTokens;
import dev.openidclient.tokensource.SubjectBuilder;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that are issued in exchange for the token of a caller, kept for as long as they live and renewed in time: a
 * service calls another one on behalf of whoever called it. By {@link #tokenExchange} (<a
 * href="https://www.rfc-editor.org/rfc/rfc8693">RFC 8693</a>) or {@link #jwtBearer} (<a
 * href="https://www.rfc-editor.org/rfc/rfc7523#section-2.1">RFC 7523 §2.1</a>). {@link ExchangedTokens} for Java.
 *
 * <pre>{@code
 * var billing = AsyncExchangedTokens.tokenExchange(client, s -> s.audience("billing").scope("read"));
 * billing.source(incomingToken).token().thenCompose(tokens -> client.resource(url, tokens));
 * }</pre>
 *
 * <p>One for each client and target, for the life of the program; {@link #close} it at the end. Safe for any number of
 * threads at once; {@link AsyncTokenSource} says what holds of threads and cancellation. No two subjects ever share
 * tokens. Held in memory; with a {@code store} in the settings all instances of a service share them, also over a restart:
 * it saves requests, and nothing else depends on it. The page {@code docs/tokens.md} shows how it is used, and
 * {@code docs/many-instances.md} the store.
 */
public final class AsyncExchangedTokens implements AutoCloseable {
    private final ExchangedTokens tokens;
    private final Renewals renewals;

    private AsyncExchangedTokens(
            AsyncClientSource client,
            Consumer<? super ExchangeSettings> configure,
            Renewals renewals,
            BiFunction<ClientSource, Function1<ExchangeSettings, Unit>, ExchangedTokens> make) {
        ClientSource source = AsyncClientSource.toClientSource(requireNonNull(client, "client"));
        this.tokens = make.apply(source, renewals.settings(configure));
        this.renewals = renewals;
    }

    /**
     * By token exchange (<a href="https://www.rfc-editor.org/rfc/rfc8693#section-2.1">RFC 8693 §2.1</a>); {@code
     * configure} says for what. The tokens are renewed on the threads, or the executor, of {@code client}; on threads of
     * their own where it is an {@link AsyncClientSource} of the program's own making.
     *
     * @throws IllegalArgumentException where the settings contradict themselves, or the client has no timeout
     */
    public static AsyncExchangedTokens tokenExchange(
            AsyncClientSource client, Consumer<? super ExchangeSettings> configure) {
        return new AsyncExchangedTokens(client, configure, Renewals.of(client), ExchangedTokens::tokenExchange);
    }

    /** The same for whatever the server gives without being asked for more. */
    public static AsyncExchangedTokens tokenExchange(AsyncClientSource client) {
        return tokenExchange(client, settings -> {});
    }

    /** The same with renewals on {@code executor}; {@link #close} leaves it running. */
    public static AsyncExchangedTokens tokenExchange(
            AsyncClientSource client, Consumer<? super ExchangeSettings> configure, Executor executor) {
        return new AsyncExchangedTokens(client, configure, Renewals.on(executor), ExchangedTokens::tokenExchange);
    }

    /**
     * By the JWT bearer grant (<a href="https://www.rfc-editor.org/rfc/rfc7523#section-2.1">RFC 7523 §2.1</a>), as Entra
     * ID's on-behalf-of flow: the subject token is the assertion. Renews and throws as {@link #tokenExchange} does.
     */
    public static AsyncExchangedTokens jwtBearer(
            AsyncClientSource client, Consumer<? super ExchangeSettings> configure) {
        return new AsyncExchangedTokens(client, configure, Renewals.of(client), ExchangedTokens::jwtBearer);
    }

    /** The same for whatever the server gives without being asked for more. */
    public static AsyncExchangedTokens jwtBearer(AsyncClientSource client) {
        return jwtBearer(client, settings -> {});
    }

    /** The same with renewals on {@code executor}; {@link #close} leaves it running. */
    public static AsyncExchangedTokens jwtBearer(
            AsyncClientSource client, Consumer<? super ExchangeSettings> configure, Executor executor) {
        return new AsyncExchangedTokens(client, configure, Renewals.on(executor), ExchangedTokens::jwtBearer);
    }

    /**
     * Tokens for {@code subjectToken}, an access token unless {@code configure} says otherwise.
     *
     * <p>What was issued is not used after {@code notAfter}, which is best the end of {@code subjectToken} itself:
     * nothing here reads that from it. Null: as long as the issued token says.
     *
     * @throws IllegalArgumentException where {@code subjectToken} is empty
     * @throws IllegalStateException where this is closed
     */
    public AsyncTokenSource source(
            String subjectToken, @Nullable Instant notAfter, Consumer<? super SubjectBuilder> configure) {
        return renewals.view(tokens.source(requireNonNull(subjectToken, "subjectToken"), notAfter, dsl(configure)));
    }

    /** The same for an access token. */
    public AsyncTokenSource source(String subjectToken, @Nullable Instant notAfter) {
        return source(subjectToken, notAfter, subject -> {});
    }

    /** The same for an access token, as long as the issued token says. */
    public AsyncTokenSource source(String subjectToken) {
        return source(subjectToken, null);
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
