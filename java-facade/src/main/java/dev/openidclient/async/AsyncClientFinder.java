package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientEntry;
import dev.openidclient.client.ClientFinder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a program knows of the servers that it is a client of: a {@link ClientFinder} for Java, of an {@link
 * AsyncClientRegistry}. {@link #of} makes one of a function that returns an entry, and not a stage.
 */
@FunctionalInterface
public interface AsyncClientFinder {
    /**
     * What the client of {@code issuer} is; the stage completes with null where that is no server of this program's, so
     * that nothing is asked of it. {@code issuer} may come from anybody: compare it with what is known, character by
     * character.
     *
     * <p>Called where the registry's discovery runs, once for all who ask for {@code issuer}; the stage may take as long
     * as it needs. What it fails with, or what this throws, reaches those who asked, and is not kept. Where the registry
     * is closed, the stage is told so by {@code cancel(true)} if it is a {@link java.util.concurrent.Future}.
     */
    CompletionStage<@Nullable ClientEntry> find(String issuer);

    /**
     * A finder that returns what {@code find} does, null for a server that is not known. It may block: where the
     * registry has threads of its own, that holds up nobody else.
     */
    static AsyncClientFinder of(Function<? super String, ? extends @Nullable ClientEntry> find) {
        requireNonNull(find, "find");
        return issuer -> CompletableFuture.<@Nullable ClientEntry>completedFuture(find.apply(issuer));
    }

    /** {@code finder} as the library takes it. */
    static ClientFinder toClientFinder(AsyncClientFinder finder) {
        requireNonNull(finder, "finder");
        return (issuer, continuation) -> AwaitedStage.awaitNullable(finder.find(issuer), "the finder", continuation);
    }
}
