package dev.openidclient.async;

import dev.openidclient.resource.Verdict;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for nothing of a body until it is judged, and then hands it to its caller's own subscriber as it comes; or does
 * not read it at all.
 */
final class JudgedBody<T> implements BodySubscriber<Judged<T>> {
    private final CompletableFuture<Judged<T>> body = new CompletableFuture<>();
    private volatile boolean discarded;
    private volatile @Nullable BodySubscriber<T> subscriber;
    private volatile Flow.@Nullable Subscription subscription;

    /** Everything that is signalled, one after another, behind the verdict; a publisher signals one thing at a time. */
    private CompletableFuture<?> signals;

    JudgedBody(CompletableFuture<Verdict> verdict, Supplier<BodySubscriber<T>> deliver) {
        signals = verdict.handle((judged, failure) -> {
            if (failure != null) {
                body.completeExceptionally(AsyncErrors.unwrap(failure));
            } else if (judged == Verdict.SEND_AGAIN) {
                discarded = true;
                body.complete(Judged.discarded());
            } else {
                guarded(() -> subscribe(deliver.get()));
            }
            return null;
        });
    }

    /** Whether it was judged not to be read. */
    boolean isDiscarded() {
        return discarded;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the body
    private void subscribe(BodySubscriber<T> delivered) {
        subscriber = delivered;
        delivered.getBody().whenComplete((value, failure) -> {
            if (failure != null) {
                body.completeExceptionally(AsyncErrors.unwrap(failure));
            } else {
                body.complete(Judged.of(value));
            }
        });
    }

    private void guarded(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException | Error e) {
            body.completeExceptionally(e);
            subscriber = null;
            cancel();
        }
    }

    private void cancel() {
        Flow.Subscription running = subscription;
        if (running != null) {
            running.cancel();
        }
    }

    private synchronized void then(Runnable signal) {
        signals = signals.thenRun(() -> guarded(signal));
    }

    @Override
    public CompletionStage<Judged<T>> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        then(() -> {
            BodySubscriber<T> delivered = subscriber;
            if (delivered == null) {
                subscription.cancel();
            } else {
                delivered.onSubscribe(subscription);
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        then(() -> {
            BodySubscriber<T> delivered = subscriber;
            if (delivered != null) {
                delivered.onNext(item);
            }
        });
    }

    @Override
    public void onError(Throwable throwable) {
        then(() -> {
            BodySubscriber<T> delivered = subscriber;
            if (delivered != null) {
                delivered.onError(throwable);
            }
        });
    }

    @Override
    public void onComplete() {
        then(() -> {
            BodySubscriber<T> delivered = subscriber;
            if (delivered != null) {
                delivered.onComplete();
            }
        });
    }
}
