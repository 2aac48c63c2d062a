package dev.openidclient.async;

import dev.openidclient.resource.ChallengeHandler;
import dev.openidclient.resource.ChallengedRequest;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.TokenState;
import java.util.concurrent.CompletableFuture;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/** A {@link TokenSource} with futures. */
final class SourceView implements AsyncTokenSource {
    /** The other way round: what a program implements with futures. */
    private static class Suspending implements TokenSource {
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

    /** The same of one that answers challenges. */
    private static final class Answering extends Suspending implements ChallengeHandler {
        private final AsyncChallengeHandler handler;

        Answering(AsyncChallengeHandler handler) {
            super(handler);
            this.handler = handler;
        }

        @Override
        public @Nullable Object tokenFor(String url, Continuation<? super @Nullable TokenResponse> continuation) {
            return AwaitedStage.awaitNullable(handler.tokenFor(url), "the challenge handler", continuation);
        }

        @Override
        public @Nullable Object answer(ChallengedRequest refused, Continuation<? super Boolean> continuation) {
            return AwaitedStage.await(handler.answer(refused), "the challenge handler", continuation);
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
        if (source instanceof AsyncChallengeHandler) {
            return toChallengeHandler((AsyncChallengeHandler) source);
        }
        return source instanceof SourceView ? ((SourceView) source).source : new Suspending(source);
    }

    static ChallengeHandler toChallengeHandler(AsyncChallengeHandler handler) {
        return handler instanceof AsyncInteractiveTokens
                ? ((AsyncInteractiveTokens) handler).tokens
                : new Answering(handler);
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
