package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.error.WwwAuthenticateChallenge;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ProtectedResourceMetadata;
import dev.openidclient.resource.ProtectedResource;
import dev.openidclient.resource.ProtectedResourceSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A protected resource that was asked whose tokens it takes (<a href="https://www.rfc-editor.org/rfc/rfc9728">RFC
 * 9728</a>). {@link ProtectedResource} for Java.
 *
 * <pre>{@code
 * var resource = AsyncProtectedResource.discover("https://mcp.example.com/mcp").join();
 * var server = resource.authorizationServer().join();
 * }</pre>
 *
 * <p>Immutable, and safe for any number of threads at once. Nothing is to be closed: what it sends goes through a
 * connection that is opened for it and closed afterwards, or through the one of the settings; and its threads end when
 * they are idle. Cancelling a future ends its request.
 */
public final class AsyncProtectedResource {
    private final ProtectedResource resource;
    private final Calls calls;

    private AsyncProtectedResource(ProtectedResource resource, Calls calls) {
        this.resource = resource;
        this.calls = calls;
    }

    /**
     * Asks the resource at {@code url} for its metadata (<a
     * href="https://www.rfc-editor.org/rfc/rfc9728#section-3">RFC 9728 §3</a>): where {@code challenge}, of its answer
     * 401, names a document ({@code resource_metadata}), there and nowhere else; else at {@code
     * /.well-known/oauth-protected-resource} before the path of {@code url}, and, where there is none, at the origin.
     *
     * <p>The {@code resource} in it must be {@code url}; {@link ProtectedResourceSettings#acceptCoveringResource} takes
     * one that covers it. Tokens are to be asked for as the document spells it.
     *
     * <p>Fails with {@link dev.openidclient.error.MetadataException} with the code {@code
     * OAUTH_RESOURCE_METADATA_NOT_FOUND} where no place has a document; with another {@link
     * dev.openidclient.error.OAuthException} where it cannot be reached, answers otherwise, or is of another resource;
     * with {@link IllegalArgumentException} where {@code url} is no absolute URL, or the settings contradict themselves.
     */
    public static CompletableFuture<AsyncProtectedResource> discover(
            String url,
            @Nullable WwwAuthenticateChallenge challenge,
            Consumer<? super ProtectedResourceSettings> configure) {
        return discover(url, challenge, configure, Calls.onOwnThreads());
    }

    /** The same with default settings. */
    public static CompletableFuture<AsyncProtectedResource> discover(
            String url, @Nullable WwwAuthenticateChallenge challenge) {
        return discover(url, challenge, settings -> {});
    }

    /** The same without a challenge. */
    public static CompletableFuture<AsyncProtectedResource> discover(
            String url, Consumer<? super ProtectedResourceSettings> configure) {
        return discover(url, null, configure);
    }

    /** The same without a challenge, with default settings. */
    public static CompletableFuture<AsyncProtectedResource> discover(String url) {
        return discover(url, null, settings -> {});
    }

    /** The same on {@code executor}, for the calls of the resource too. */
    public static CompletableFuture<AsyncProtectedResource> discover(
            String url,
            @Nullable WwwAuthenticateChallenge challenge,
            Consumer<? super ProtectedResourceSettings> configure,
            Executor executor) {
        return discover(url, challenge, configure, Calls.on(executor));
    }

    private static CompletableFuture<AsyncProtectedResource> discover(
            String url,
            @Nullable WwwAuthenticateChallenge challenge,
            Consumer<? super ProtectedResourceSettings> configure,
            Calls calls) {
        return calls.<ProtectedResource, AsyncProtectedResource>future(
                k -> ProtectedResource.Companion.discover(requireNonNull(url, "url"), challenge, dsl(configure), k),
                resource -> new AsyncProtectedResource(resource, calls));
    }

    /**
     * Asks {@code issuer}, one of {@code authorization_servers}, for its metadata, at each place where a server may have
     * them; null: the first of them. Another one is not asked where that fails.
     *
     * <p>Fails with {@link dev.openidclient.error.MetadataException} with the code {@code
     * OAUTH_MISSING_SERVER_METADATA} where the resource names no server, or the server has no metadata; with another
     * {@link dev.openidclient.error.OAuthException} where it cannot be reached, answers otherwise, names another issuer,
     * or does not list this resource after {@code requireListed()}; with {@link IllegalArgumentException} where {@code
     * issuer} is none of {@code authorization_servers}.
     */
    public CompletableFuture<AuthorizationServerMetadata> authorizationServer(@Nullable String issuer) {
        return calls.future(k -> resource.authorizationServer(issuer, k));
    }

    /** The same for the first of {@code authorization_servers}. */
    public CompletableFuture<AuthorizationServerMetadata> authorizationServer() {
        return authorizationServer(null);
    }

    /** As it was asked for, without a fragment. */
    public String getUrl() {
        return resource.getUrl();
    }

    public ProtectedResourceMetadata getMetadata() {
        return resource.getMetadata();
    }

    /**
     * Where {@link #getMetadata} were found; null: nowhere, they are those that {@link
     * ProtectedResourceSettings#legacyEndpoints} assumes.
     */
    public @Nullable String getDocumentUrl() {
        return resource.getDocumentUrl();
    }

    /**
     * Whether a token for this resource may be sent to {@code url}: it is of the same origin, and its path is that of the
     * {@code resource} of {@link #getMetadata} or below it, in whole segments. A resource with a query covers that URL
     * alone.
     */
    public boolean covers(String url) {
        return resource.covers(url);
    }

    /** Whether {@code server} names this resource in its {@code protected_resources} (RFC 9728 §4), which it need not. */
    public boolean isListedBy(AuthorizationServerMetadata server) {
        return resource.isListedBy(server);
    }

    /** Shows the URL, without its query. */
    @Override
    public String toString() {
        return "Async" + resource;
    }
}
