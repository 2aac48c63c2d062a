package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.CustomTokens;
import dev.openidclient.tokensource.CustomTokensSettings;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.TokenState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AsyncTokenSource} of what a program's own code brings: {@link CustomTokens} for Java. {@link
 * AsyncTokenSource#of} makes one; {@link #close} it at the end.
 */
public final class AsyncCustomTokens implements AsyncTokenSource, AutoCloseable {
    final CustomTokens tokens;
    private final Renewals renewals;
    private final AsyncTokenSource view;

    private AsyncCustomTokens(CustomTokens tokens, Renewals renewals) {
        this.tokens = tokens;
        this.renewals = renewals;
        this.view = renewals.view(tokens);
    }

    static AsyncCustomTokens of(
            Renewals renewals,
            Consumer<? super CustomTokensSettings> configure,
            Supplier<? extends CompletionStage<TokenResponse>> obtain) {
        requireNonNull(obtain, "obtain");
        CustomTokens tokens = TokenSource.Companion.of(
                renewals.settings(configure),
                continuation -> AwaitedStage.await(obtain.get(), "what brings the tokens", continuation));
        return new AsyncCustomTokens(tokens, renewals);
    }

    @Override
    public CompletableFuture<TokenResponse> token() {
        return view.token();
    }

    @Override
    public void invalidate(TokenResponse tokens) {
        view.invalidate(tokens);
    }

    @Override
    public TokenState state() {
        return view.state();
    }

    /**
     * Ends the renewals. The futures of those who wait fail with {@link IllegalStateException}, and so do those of
     * whoever asks afterwards.
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

    @Override
    public String toString() {
        return "Async" + tokens;
    }
}
