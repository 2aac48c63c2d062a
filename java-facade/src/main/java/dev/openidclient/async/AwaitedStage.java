package dev.openidclient.async;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Function;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlinx.coroutines.future.FutureKt;
import org.jspecify.annotations.Nullable;

/** A stage that a coroutine waits for: what a caller's own transport, authentication or key has returned. */
final class AwaitedStage {
    /** Passes cancellation on as {@code cancel(true)}: java.net.http ignores the {@code cancel(false)} of coroutines. */
    private static final class Awaited<T> extends CompletableFuture<T> {
        private final CompletionStage<?> stage;

        Awaited(CompletionStage<?> stage) {
            this.stage = stage;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled && stage instanceof Future) {
                ((Future<?>) stage).cancel(true);
            }
            return cancelled;
        }
    }

    private AwaitedStage() {}

    /** Suspends until {@code stage} completes; neither it nor its value may be null. */
    static <T> @Nullable Object await(CompletionStage<T> stage, String source, Continuation<? super T> continuation) {
        return await(stage, source, IllegalStateException::new, continuation);
    }

    /** The same where the one who waits gets what {@code cancelled} makes of a stage that somebody else cancelled. */
    static <T> @Nullable Object await(
            CompletionStage<T> stage,
            String source,
            BiFunction<String, Throwable, Exception> cancelled,
            Continuation<? super T> continuation) {
        return await(
                stage,
                source,
                cancelled,
                continuation,
                value -> Objects.requireNonNull(value, source + " completed with null"));
    }

    /** Suspends until {@code stage} completes; its value may be null. */
    static <T> @Nullable Object awaitNullable(
            CompletionStage<@Nullable T> stage, String source, Continuation<? super T> continuation) {
        return AwaitedStage.<@Nullable T, T>await(
                stage, source, IllegalStateException::new, continuation, value -> value);
    }

    /** Suspends until {@code stage} completes, with whatever value. */
    static @Nullable Object awaitCompletion(
            CompletionStage<?> stage, String source, Continuation<? super Unit> continuation) {
        return await(stage, source, IllegalStateException::new, continuation, value -> Unit.INSTANCE);
    }

    /** Suspends until {@code stage} completes, with what {@code result} makes of its value. */
    static <S, T> @Nullable Object await(
            CompletionStage<S> stage,
            String source,
            BiFunction<String, Throwable, Exception> cancelled,
            Continuation<? super T> continuation,
            Function<@Nullable S, T> result) {
        Objects.requireNonNull(stage, source + " returned null");
        CompletableFuture<T> awaited = new Awaited<>(stage);
        stage.whenComplete((value, failure) -> {
            if (failure != null) {
                awaited.completeExceptionally(visible(failure, source, cancelled));
            } else {
                complete(awaited, value, result);
            }
        });
        return FutureKt.await(awaited, continuation);
    }

    private static <S, T> void complete(
            CompletableFuture<T> awaited, @Nullable S value, Function<@Nullable S, T> result) {
        try {
            awaited.complete(result.apply(value));
        } catch (NullPointerException e) {
            awaited.completeExceptionally(e);
        }
    }

    /**
     * A stage that somebody else cancelled is a failure: as a cancellation it would end the waiting coroutine in
     * silence.
     */
    private static Throwable visible(
            Throwable failure, String source, BiFunction<String, Throwable, Exception> cancelled) {
        Throwable cause = AsyncErrors.unwrap(failure);
        return cause instanceof CancellationException ? cancelled.apply(source + " was cancelled", cause) : cause;
    }
}
