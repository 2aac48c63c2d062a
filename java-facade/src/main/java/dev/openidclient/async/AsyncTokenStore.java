package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.tokenstore.Lease;
import dev.openidclient.tokenstore.StoredEntry;
import dev.openidclient.tokenstore.TokenStore;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps entries for all instances of a service: a {@link TokenStore} for Java, with the same duties. Every function is
 * one atomic step of the store, and every time is by the store's own clock.
 *
 * <pre>{@code
 * AsyncUserTokens sessions = AsyncUserTokens.of(client, settings ->
 *         settings.store(AsyncTokenStore.toTokenStore(new OurStore(database)), TokenCipher.of(key)));
 * }</pre>
 *
 * <p>The functions may be called from many threads at once, and must not block. Whatever a stage fails with counts as an
 * outage of the store, and so does one that takes longer than the setting {@code storeTimeout}: it is then told so by
 * {@code cancel(true)} if it is a {@link java.util.concurrent.Future}. {@code TokenStoreContract} of {@code
 * openid-client-testing} is the test that every store passes. The page {@code docs/many-instances.md} shows how sessions
 * are kept in one.
 */
public interface AsyncTokenStore {
    /** The entry of {@code id}; null where there is none, or its lifetime is over. */
    CompletionStage<@Nullable StoredEntry> load(String id);

    /** Writes {@code value} whatever is there, and ends its lease. {@code lifetime} counts from now. */
    CompletionStage<?> put(String id, String value, Duration lifetime);

    /** Lets {@code owner} alone change the entry for {@code duration}, if it still has {@code version} and nobody else does. */
    CompletionStage<Lease> lease(String id, long version, String owner, Duration duration);

    /** Prolongs the lease of {@code owner} to {@code duration} from now; false where it has none (any more). */
    CompletionStage<Boolean> renew(String id, long version, String owner, Duration duration);

    /**
     * Writes {@code value} if the entry still has {@code version}, whoever holds its lease, which ends; false, and
     * nothing, where it has another one or is gone. A {@code lifetime} of zero removes the entry. A {@code version} of
     * zero, which no entry has, says that there is none: of several callers one makes the entry, and the others get false.
     */
    CompletionStage<Boolean> commit(String id, long version, String value, Duration lifetime);

    /** Ends the lease of {@code owner}, if it has one on {@code version}. */
    CompletionStage<?> release(String id, long version, String owner);

    /** Removes the entry of {@code id}, if there is one. */
    CompletionStage<?> remove(String id);

    /** Removes the entry and returns its value: of several callers one gets it. Null where there is none. */
    CompletionStage<@Nullable String> take(String id);

    /** {@code store} as the {@code store} setting takes it. */
    static TokenStore toTokenStore(AsyncTokenStore store) {
        return new StoreView(requireNonNull(store, "store"));
    }
}
