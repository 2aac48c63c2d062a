package dev.openidclient.async;

import dev.openidclient.tokenstore.Lease;
import dev.openidclient.tokenstore.StoredEntry;
import dev.openidclient.tokenstore.TokenStore;
import java.time.Duration;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/** A {@link TokenStore} that a program implements with futures. */
final class StoreView implements TokenStore {
    private static final String SOURCE = "the token store";

    private final AsyncTokenStore store;

    StoreView(AsyncTokenStore store) {
        this.store = store;
    }

    @Override
    public @Nullable Object load(String id, Continuation<? super StoredEntry> continuation) {
        return AwaitedStage.awaitNullable(store.load(id), SOURCE, continuation);
    }

    @Override
    public @Nullable Object put(String id, String value, Duration lifetime, Continuation<? super Unit> continuation) {
        return AwaitedStage.awaitCompletion(store.put(id, value, lifetime), SOURCE, continuation);
    }

    @Override
    public @Nullable Object lease(
            String id, long version, String owner, Duration duration, Continuation<? super Lease> continuation) {
        return AwaitedStage.await(store.lease(id, version, owner, duration), SOURCE, continuation);
    }

    @Override
    public @Nullable Object renew(
            String id, long version, String owner, Duration duration, Continuation<? super Boolean> continuation) {
        return AwaitedStage.await(store.renew(id, version, owner, duration), SOURCE, continuation);
    }

    @Override
    public @Nullable Object commit(
            String id, long version, String value, Duration lifetime, Continuation<? super Boolean> continuation) {
        return AwaitedStage.await(store.commit(id, version, value, lifetime), SOURCE, continuation);
    }

    @Override
    public @Nullable Object release(String id, long version, String owner, Continuation<? super Unit> continuation) {
        return AwaitedStage.awaitCompletion(store.release(id, version, owner), SOURCE, continuation);
    }

    @Override
    public @Nullable Object remove(String id, Continuation<? super Unit> continuation) {
        return AwaitedStage.awaitCompletion(store.remove(id), SOURCE, continuation);
    }

    @Override
    public @Nullable Object take(String id, Continuation<? super String> continuation) {
        return AwaitedStage.awaitNullable(store.take(id), SOURCE, continuation);
    }

    @Override
    public String toString() {
        return store.toString();
    }
}
