package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.signin.PendingAuthorizations;
import dev.openidclient.signin.PendingAuthorizationsSettings;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.TokenCipher;
import dev.openidclient.tokenstore.TokenStore;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is pending between authorization requests and their callbacks, for all instances of a service: a callback is
 * taken once, by whichever instance it comes to. The browser has nothing but a random handle, in a cookie of its own.
 * {@link PendingAuthorizations} for Java.
 *
 * <p>Each is kept under a hash of its handle and never under its {@code state}: a callback alone must not find what
 * another browser has begun (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-10.12">RFC 6749 §10.12</a>). All
 * instances have the same store, keys and {@code namespace}. The store stays open. Safe for any number of threads at
 * once; futures complete on the threads of the store. The page {@code docs/sign-in-sessions.md} shows how it is used.
 */
public final class AsyncPendingAuthorizations {
    private final PendingAuthorizations pending;

    private AsyncPendingAuthorizations(PendingAuthorizations pending) {
        this.pending = pending;
    }

    /**
     * In {@code store}, sealed with {@code cipher}; {@link AsyncTokenStore#toTokenStore} makes a store of one with
     * futures.
     *
     * @throws IllegalArgumentException where the settings contradict themselves
     */
    public static AsyncPendingAuthorizations of(
            TokenStore store, TokenCipher cipher, Consumer<? super PendingAuthorizationsSettings> configure) {
        requireNonNull(store, "store");
        requireNonNull(cipher, "cipher");
        return new AsyncPendingAuthorizations(new PendingAuthorizations(store, cipher, dsl(configure)));
    }

    /** The same with default settings. */
    public static AsyncPendingAuthorizations of(TokenStore store, TokenCipher cipher) {
        return of(store, cipher, settings -> {});
    }

    /**
     * In {@code store}, which nobody else can read: for one process, as in tests.
     *
     * @throws IllegalArgumentException where the settings contradict themselves
     */
    public static AsyncPendingAuthorizations of(
            InMemoryTokenStore store, Consumer<? super PendingAuthorizationsSettings> configure) {
        requireNonNull(store, "store");
        return new AsyncPendingAuthorizations(new PendingAuthorizations(store, dsl(configure)));
    }

    /** The same with default settings. */
    public static AsyncPendingAuthorizations of(InMemoryTokenStore store) {
        return of(store, settings -> {});
    }

    /**
     * Keeps what is pending of {@code request}, and brings the handle for the browser's cookie: 43 URL-safe characters, a
     * secret of that browser. Fails with {@link dev.openidclient.error.TokenSourceException} where the store or its
     * cipher fails.
     */
    public CompletableFuture<String> begin(AuthorizationRequest request) {
        return Calls.UNOWNED.future(k -> pending.begin(requireNonNull(request, "request"), k));
    }

    /** The same for {@code pending}. */
    public CompletableFuture<String> begin(PendingAuthorization pending) {
        return Calls.UNOWNED.future(k -> this.pending.begin(requireNonNull(pending, "pending"), k));
    }

    /**
     * Brings what was kept under {@code handle}, which is there no more from now on: of several callers, at whatever
     * instances, one gets it. Null where there is nothing: it was taken before, it is too old, or {@code handle} is no
     * handle at all, as a cookie can bring anything. The person then begins again.
     *
     * <p>Fails with {@link dev.openidclient.error.TokenSourceException} where the store or its cipher fails, or the entry
     * was sealed with a key that is not known here, or was changed.
     */
    public CompletableFuture<@Nullable PendingAuthorization> take(String handle) {
        return Calls.UNOWNED.future(k -> pending.take(requireNonNull(handle, "handle"), k));
    }

    @Override
    public String toString() {
        return "Async" + pending;
    }
}
