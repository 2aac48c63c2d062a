package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineScopeKt;
import kotlinx.coroutines.CoroutineStart;
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

    /** Goes on wherever it is resumed; {@code Dispatchers.Unconfined} would leave something of itself on that thread. */
    private static final class Anywhere extends CoroutineDispatcher {
        @Override
        public void dispatch(CoroutineContext context, Runnable block) {
            block.run();
        }
    }

    /** Calls that run on the thread that makes them, and that nothing but their future cancels. Never closed. */
    static final Calls UNOWNED = new Calls(new Anywhere(), null);

    private final CoroutineDispatcher dispatcher;
    private final CoroutineScope scope;
    private final Job job;
    private final @Nullable OwnThreads own;
    private final CoroutineStart start;

    private Calls(CoroutineDispatcher dispatcher, @Nullable OwnThreads own) {
        this.dispatcher = dispatcher;
        this.job = SupervisorKt.SupervisorJob((Job) null);
        this.scope = CoroutineScopeKt.CoroutineScope(job.plus(dispatcher));
        this.own = own;
        this.start = CoroutineStart.DEFAULT;
    }

    /** Those of {@code calls}, begun otherwise. */
    private Calls(Calls calls, CoroutineStart start) {
        this.dispatcher = calls.dispatcher;
        this.job = calls.job;
        this.scope = calls.scope;
        this.own = calls.own;
        this.start = start;
    }

    /** On threads of its own, so that a dependent stage that blocks holds up nobody else. */
    static Calls onOwnThreads() {
        var own = new OwnThreads();
        return new Calls(own, own);
    }

    static Calls on(Executor executor) {
        // never closed: a dispatcher that is closed shuts its executor down
        return new Calls(ExecutorsKt.from(requireNonNull(executor, "executor")), null);
    }

    /** Those of the clients of {@code source}; null: a source of the program's own making has none. */
    static @Nullable Calls of(AsyncClientSource source) {
        if (source instanceof AsyncOpenIdClient) {
            return ((AsyncOpenIdClient) source).calls;
        }
        if (source instanceof AsyncDiscoveredClient) {
            return ((AsyncDiscoveredClient) source).clients.calls;
        }
        return source instanceof ClientSourceView ? ((ClientSourceView) source).clients.calls : null;
    }

    /**
     * The same calls, begun on the thread that makes them where no executor was given: for those that send at once and
     * run nothing before that which may block.
     */
    Calls sendingAtOnce() {
        return own == null ? this : new Calls(this, CoroutineStart.UNDISPATCHED);
    }

    /** The same calls, begun on the thread that makes them: for those that find their answer at hand, or wait. */
    Calls inPlace() {
        return new Calls(this, CoroutineStart.UNDISPATCHED);
    }

    /** Other calls on the same threads, which the end of these does not end, nor theirs these. */
    Calls beside() {
        return new Calls(dispatcher, null);
    }

    /** Where the calls run. */
    Executor executor() {
        return ExecutorsKt.asExecutor(dispatcher);
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
                start,
                (coroutine, continuation) -> suspending.call(continuation));
    }

    /** The same for a function without a result. */
    CompletableFuture<@Nullable Void> completion(Suspending<Unit> suspending) {
        return this.<Unit, @Nullable Void>future(suspending, unit -> null);
    }

    /** The same with what {@code inJava} makes of the result. */
    @SuppressWarnings("FutureReturnValueIgnored") // each of the two ends the other
    <S, T extends @Nullable Object> CompletableFuture<T> future(
            Suspending<S> suspending, Function<? super S, ? extends T> inJava) {
        CompletableFuture<T> result = new CompletableFuture<>();
        CompletableFuture<S> call = future(suspending);
        result.whenComplete((value, failure) -> call.cancel(true));
        call.whenComplete((value, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(inJava.apply(value));
            }
        });
        return result;
    }

    void close() {
        job.cancel(new CancellationException("the client was closed"));
        if (own != null) {
            own.close();
        }
    }
}
