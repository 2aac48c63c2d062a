package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.CustomTokensSettings;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.TokenState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Always a usable token, or a failure: a {@link TokenSource} for Java. Where a service calls another one, it asks for
 * {@link #token} before each call, and keeps no token itself.
 *
 * <pre>{@code
 * AsyncTokenSource orders = service.source(request -> request.scope("orders:read"));
 * orders.token().thenCompose(tokens -> client.resource("https://api.example.com/orders", tokens));
 * }</pre>
 *
 * <p>{@link AsyncClientCredentialsTokens}, {@link AsyncUserTokens} and {@link AsyncExchangedTokens} make sources; {@link
 * #of} makes one of whatever else brings tokens. A program may implement it too. Safe for any number of threads at once.
 *
 * <p><b>Threads.</b> No function blocks. A token that is at hand comes in a future that is complete already, so a
 * dependent stage that names no executor runs on the caller's own thread; else it runs where the renewals do. Tokens are
 * renewed on the executor that the source was given; without one, on that of the client.
 *
 * <p><b>Cancellation.</b> Cancelling the future of {@link #token}, or completing it by {@code orTimeout} or in any other
 * way, ends the waiting and nothing else: a renewal that has begun goes on for everybody else, and what it brings is
 * kept.
 */
public interface AsyncTokenSource {
    /**
     * A token that is usable now. Never throws. Fails with an {@link dev.openidclient.error.OAuthException} where there
     * is none to be had; with {@link IllegalStateException} where the source is closed.
     */
    CompletableFuture<TokenResponse> token();

    /**
     * Says that a resource server refuses the access token of {@code tokens} (401, {@code invalid_token}), so that the
     * next {@link #token} is another one. Without effect where the source has another one already, or was told so a
     * moment ago. Returns at once.
     */
    void invalidate(TokenResponse tokens);

    /** How things stand, without a request: for health checks. */
    TokenState state();

    /**
     * A source of what {@code obtain} brings, as an identity that the platform writes to a file: kept, renewed in time
     * and once for all callers, with back-off where {@code obtain} fails.
     *
     * <p>{@code obtain} is called on threads of the source's own, so it may block; no second time before its stage has
     * completed. It takes no longer than the setting {@code timeout}: the stage is told so by {@code cancel(true)} if it
     * is a {@link java.util.concurrent.Future}.
     *
     * @throws IllegalArgumentException where the settings contradict themselves
     */
    static AsyncCustomTokens of(
            Consumer<? super CustomTokensSettings> configure,
            Supplier<? extends CompletionStage<TokenResponse>> obtain) {
        return AsyncCustomTokens.of(Renewals.onOwnThreads(), configure, obtain);
    }

    /** The same with default settings. */
    static AsyncCustomTokens of(Supplier<? extends CompletionStage<TokenResponse>> obtain) {
        return of(settings -> {}, obtain);
    }

    /** The same on {@code executor}, where {@code obtain} is called then; closing the source leaves it running. */
    static AsyncCustomTokens of(
            Consumer<? super CustomTokensSettings> configure,
            Supplier<? extends CompletionStage<TokenResponse>> obtain,
            Executor executor) {
        return AsyncCustomTokens.of(Renewals.on(executor), configure, obtain);
    }

    /** {@code source} for Java. A dependent stage runs on the thread that brings the token. */
    static AsyncTokenSource from(TokenSource source) {
        return new SourceView(requireNonNull(source, "source"), Calls.UNOWNED);
    }

    /** {@code source} as the library takes it, wherever a {@link TokenSource} is wanted. */
    static TokenSource toTokenSource(AsyncTokenSource source) {
        return SourceView.toTokenSource(requireNonNull(source, "source"));
    }
}
