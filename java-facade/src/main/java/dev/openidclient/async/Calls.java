package dev.openidclient.async;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineScopeKt;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.ExecutorsKt;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.SupervisorKt;
import kotlinx.coroutines.future.FutureKt;
import org.jspecify.annotations.Nullable;

/** The calls of one client, each a coroutine behind a future. */
final class Calls {
    /** A suspending function of Kotlin, called from Java. */
    @FunctionalInterface
    interface Suspending<T> {
        @Nullable
        Object call(Continuation<? super T> continuation);
    }

    /** Calls that run on the thread that makes them, and that nothing but their future cancels. Never closed. */
    static final Calls UNOWNED = new Calls(Dispatchers.getUnconfined());

    private final Job job = SupervisorKt.SupervisorJob((Job) null);
    private final CoroutineScope scope;

    private Calls(CoroutineDispatcher dispatcher) {
        scope = CoroutineScopeKt.CoroutineScope(job.plus(dispatcher));
    }

    /** On daemon threads that may block, so that a dependent stage that does so holds up nobody else. */
    static Calls onDefaultThreads() {
        return new Calls(Dispatchers.getIO());
    }

    static Calls on(Executor executor) {
        // never closed: a dispatcher that is closed shuts its executor down
        return new Calls(ExecutorsKt.from(executor));
    }

    /** Never throws: whatever goes wrong goes wrong in the future. */
    <T> CompletableFuture<T> future(Suspending<T> suspending) {
        if (!job.isActive()) {
            CompletableFuture<T> refused = new CompletableFuture<>();
            refused.completeExceptionally(new IllegalStateException("the client is closed"));
            return refused;
        }
        return FutureKt.future(
                scope,
                EmptyCoroutineContext.INSTANCE,
                CoroutineStart.DEFAULT,
                (coroutine, continuation) -> suspending.call(continuation));
    }

    /** The same for a function without a result. */
    @SuppressWarnings("FutureReturnValueIgnored") // each of the two ends the other
    CompletableFuture<@Nullable Void> completion(Suspending<Unit> suspending) {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        CompletableFuture<Unit> call = future(suspending);
        result.whenComplete((nothing, failure) -> call.cancel(true));
        call.whenComplete((unit, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(null);
            }
        });
        return result;
    }

    void close() {
        job.cancel(new CancellationException("the client was closed"));
    }
}
