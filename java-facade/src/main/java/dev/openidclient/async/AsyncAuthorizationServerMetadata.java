package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ServerDiscoveryKt;
import dev.openidclient.client.ServerDiscoverySettings;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Asks authorization servers for their metadata: {@link AuthorizationServerMetadata} for Java. */
public final class AsyncAuthorizationServerMetadata {
    private AsyncAuthorizationServerMetadata() {}

    /**
     * Asks {@code issuer} for its metadata at each place where a server may have them, as {@link
     * dev.openidclient.metadata.DiscoveryAlgorithm#ANY} names them: for a program that is not yet a client there (<a
     * href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 §3</a>).
     *
     * <p>The document must name {@code issuer} exactly, letter for letter, but for the slash of a bare origin. Fails with
     * {@link dev.openidclient.error.OAuthException} where the server cannot be reached, answers otherwise, or names
     * another issuer; with the code {@code OAUTH_MISSING_SERVER_METADATA} where none of the places has a document; with
     * {@link IllegalArgumentException} where {@code issuer} is no absolute URL, has a query or fragment, or is the URL of
     * a document, or the settings contradict themselves.
     */
    public static CompletableFuture<AuthorizationServerMetadata> discover(
            String issuer, Consumer<? super ServerDiscoverySettings> configure) {
        return discover(issuer, configure, Calls.onOwnThreads());
    }

    /** The same with default settings. */
    public static CompletableFuture<AuthorizationServerMetadata> discover(String issuer) {
        return discover(issuer, settings -> {});
    }

    /** The same on {@code executor}. */
    public static CompletableFuture<AuthorizationServerMetadata> discover(
            String issuer, Consumer<? super ServerDiscoverySettings> configure, Executor executor) {
        return discover(issuer, configure, Calls.on(executor));
    }

    private static CompletableFuture<AuthorizationServerMetadata> discover(
            String issuer, Consumer<? super ServerDiscoverySettings> configure, Calls calls) {
        return calls.future(k -> ServerDiscoveryKt.discover(
                AuthorizationServerMetadata.Companion, requireNonNull(issuer, "issuer"), dsl(configure), k));
    }
}
