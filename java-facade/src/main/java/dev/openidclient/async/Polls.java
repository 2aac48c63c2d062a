package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kotlin.coroutines.Continuation;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.future.FutureKt;
import org.jspecify.annotations.Nullable;

/** The polls of a grant that waits for a person, told to a listener. */
final class Polls {
    private Polls() {}

    /** What completes with {@code stage}, and is cancelled where that fails. */
    static @Nullable Job signal(@Nullable CompletionStage<?> stage) {
        return stage == null ? null : FutureKt.asDeferred(stage);
    }

    /** Suspends until the tokens come. Polling goes on when {@code listener} returns, and ends where it throws. */
    static @Nullable Object tokens(
            Flow<Poll> polls, Consumer<? super Poll> listener, Continuation<? super TokenResponse> continuation) {
        requireNonNull(listener, "listener");
        Flow<TokenResponse> granted = FlowKt.mapNotNull(polls, (poll, mapping) -> {
            listener.accept(poll);
            return poll instanceof Poll.Granted ? ((Poll.Granted) poll).getTokens() : null;
        });
        return FlowKt.first(granted, continuation);
    }
}
