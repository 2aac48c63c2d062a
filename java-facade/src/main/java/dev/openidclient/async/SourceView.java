package dev.openidclient.async;

import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.TokenState;
import java.util.concurrent.CompletableFuture;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/** A {@link TokenSource} with futures. */
final class SourceView implements AsyncTokenSource {
    /** The other way round: what a program implements with futures. */
    private static final class Suspending implements TokenSource {
        private final AsyncTokenSource source;

        Suspending(AsyncTokenSource source) {
            this.source = source;
        }

        @Override
        public @Nullable Object token(Continuation<? super TokenResponse> continuation) {
            return AwaitedStage.await(source.token(), "the token source", continuation);
        }

        @Override
        public void invalidate(TokenResponse tokens) {
            source.invalidate(tokens);
        }

        @Override
        public TokenState state() {
            return source.state();
        }

        @Override
        public String toString() {
            return source.toString();
        }
    }

    private final TokenSource source;
    private final Calls calls;

    /** {@code calls} are begun on the thread that makes them. */
    SourceView(TokenSource source, Calls calls) {
        this.source = source;
        this.calls = calls;
    }

    static TokenSource toTokenSource(AsyncTokenSource source) {
        if (source instanceof AsyncCustomTokens) {
            return ((AsyncCustomTokens) source).tokens;
        }
        if (source instanceof AsyncInteractiveTokens) {
            return ((AsyncInteractiveTokens) source).tokens;
        }
        return source instanceof SourceView ? ((SourceView) source).source : new Suspending(source);
    }

    @Override
    public CompletableFuture<TokenResponse> token() {
        return calls.future(k -> source.token(k));
    }

    @Override
    public void invalidate(TokenResponse tokens) {
        source.invalidate(tokens);
    }

    @Override
    public TokenState state() {
        return source.state();
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
