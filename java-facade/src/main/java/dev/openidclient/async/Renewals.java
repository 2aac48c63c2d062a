package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.InteractiveTokensSettings;
import dev.openidclient.tokensource.TokenSource;
import dev.openidclient.tokensource.TokenSourceSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;
import org.jspecify.annotations.Nullable;

/**
 * Where a family of token sources renews tokens, and its callers wait for them. Its end ends no call: who waits is told
 * by the family itself how that went.
 */
final class Renewals {
    private final Calls calls;
    private final Calls inPlace;
    private final Executor executor;

    /** Threads of the family's own, which end with it. */
    private final @Nullable Calls own;

    private Renewals(Calls calls, @Nullable Calls own) {
        this.calls = calls;
        this.inPlace = calls.inPlace();
        this.executor = calls.executor();
        this.own = own;
    }

    /** On the threads of {@code client} where it has some, else on its own. */
    static Renewals of(AsyncClientSource client) {
        Calls ofClient = Calls.of(requireNonNull(client, "client"));
        return ofClient == null ? onOwnThreads() : new Renewals(ofClient.beside(), null);
    }

    static Renewals onOwnThreads() {
        Calls own = Calls.onOwnThreads();
        return new Renewals(own.beside(), own);
    }

    static Renewals on(Executor executor) {
        return new Renewals(Calls.on(executor), null);
    }

    /** Settings that renew here, unless {@code configure} names another executor. */
    <S extends TokenSourceSettings<?>> Function1<S, Unit> settings(Consumer<? super S> configure) {
        requireNonNull(configure, "configure");
        return dsl(settings -> {
            settings.executor(executor);
            configure.accept(settings);
        });
    }

    /** The same for what asks people too. */
    Consumer<InteractiveTokensSettings> interactive(Consumer<? super InteractiveTokensSettings> configure) {
        requireNonNull(configure, "configure");
        return settings -> {
            settings.executor(executor);
            configure.accept(settings);
        };
    }

    /** {@code source} for Java: a token that is at hand comes at once. */
    AsyncTokenSource view(TokenSource source) {
        return new SourceView(source, inPlace);
    }

    /** What may send, or ask a store: never on the caller's thread. */
    Calls calls() {
        return calls;
    }

    /** Ends the family by {@code close}, and its threads with their work. */
    void close(AutoClosing close) {
        close.close();
        if (own != null) {
            own.close();
        }
    }

    /** Completes when {@code closed} has. */
    CompletableFuture<@Nullable Void> closed(Calls.Suspending<Unit> closed) {
        return inPlace.completion(closed);
    }

    /** {@link AutoCloseable} without an exception. */
    @FunctionalInterface
    interface AutoClosing {
        void close();
    }
}
