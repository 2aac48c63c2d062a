package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.InteractiveTokensSettings;
import dev.openidclient.agent.McpAccess;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.resource.ResourceRequestBuilder;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one server of the Model Context Protocol, from nothing but its URL: who gives tokens is found, a person
 * agrees in the browser, and each challenge is answered. {@link McpAccess} for Java.
 *
 * <pre>{@code
 * var mcp = AsyncMcpAccess.of("https://mcp.example.com/mcp", s -> s
 *         .metadataDocument("https://app.example.com/oauth/client.json")
 *         .register(r -> r.clientName("My agent"))
 *         .authorize(handler));
 * mcp.send(r -> r.method("POST").body(body)).thenAccept(answer -> …);
 * var http = AuthorizedHttpClient.of(mcp.access(), HttpClient.newHttpClient());
 * }</pre>
 *
 * <p>One for each server and person, for the life of the program; {@link #close} it at the end. Safe for any number of
 * threads at once; {@link AsyncTokenSource} says what holds of threads and cancellation. The page {@code docs/agents.md}
 * shows how it is used.
 */
public final class AsyncMcpAccess implements AutoCloseable {
    private final McpAccess access;
    private final Renewals renewals;
    private final AsyncInteractiveTokens tokens;

    private AsyncMcpAccess(McpAccess access, Renewals renewals) {
        this.access = access;
        this.renewals = renewals;
        this.tokens = new AsyncInteractiveTokens(access.getTokens(), renewals);
    }

    /**
     * Of the server at {@code url}. Authorizations and renewals run on threads of their own. Sends nothing.
     *
     * @throws IllegalArgumentException where {@code url} is no absolute URL or not {@code https}, or the settings
     * contradict     themselves
     */
    public static AsyncMcpAccess of(String url, Consumer<? super InteractiveTokensSettings> configure) {
        return of(url, configure, Renewals.onOwnThreads());
    }

    /** The same on {@code executor}; {@link #close} leaves it running. */
    public static AsyncMcpAccess of(
            String url, Consumer<? super InteractiveTokensSettings> configure, Executor executor) {
        return of(url, configure, Renewals.on(executor));
    }

    private static AsyncMcpAccess of(
            String url, Consumer<? super InteractiveTokensSettings> configure, Renewals renewals) {
        var settings = renewals.interactive(configure);
        return new AsyncMcpAccess(new McpAccess(requireNonNull(url, "url"), dsl(settings)), renewals);
    }

    /** Of the server. */
    public String getUrl() {
        return access.getUrl();
    }

    /** For an HTTP client of the program's own, as an {@link AuthorizedHttpClient}. */
    public AsyncResourceAccess access() {
        return AsyncResourceAccess.from(access);
    }

    /** What gets the tokens; they end with this. */
    public AsyncInteractiveTokens getTokens() {
        return tokens;
    }

    /**
     * Sends a request to {@link #getUrl} with an access token, without one where there is none yet, and answers what the
     * server challenges: so it may wait for a person.
     *
     * <p>Brings the answer, whatever its status, with its whole body; redirects are not followed. Fails with {@link
     * dev.openidclient.error.WwwAuthenticateChallengeException} where the server challenges once more than is worth
     * answering; with {@link dev.openidclient.error.AuthorizationRequiredException} where a person must agree and {@code
     * authorize} is not set; with {@link dev.openidclient.error.TransportException} where there is no answer; with what
     * came of the authorization where that failed. Cancelling ends the waiting, and no authorization.
     */
    public CompletableFuture<HttpResponse> send(Consumer<? super ResourceRequestBuilder> configure) {
        return send(getUrl(), configure);
    }

    /** The same without anything to configure: a GET. */
    public CompletableFuture<HttpResponse> send() {
        return send(request -> {});
    }

    /**
     * The same to another URL of the server. Fails with {@link IllegalArgumentException} where it is none of the
     * resource's.
     */
    public CompletableFuture<HttpResponse> send(String url, Consumer<? super ResourceRequestBuilder> configure) {
        requireNonNull(url, "url");
        requireNonNull(configure, "configure");
        return renewals.calls().future(k -> access.send(url, dsl(configure), k));
    }

    /** The same without anything to configure: a GET. */
    public CompletableFuture<HttpResponse> send(String url) {
        return send(url, request -> {});
    }

    /**
     * A token that is usable now, for an HTTP client of the program's own; where there is none, of the authorization that
     * begins then. Fails as {@link AsyncInteractiveTokens#token} does.
     */
    public CompletableFuture<TokenResponse> token() {
        return tokens.token();
    }

    /** Finishes what an {@code AuthorizationRequiredException} began, as {@link AsyncInteractiveTokens#complete} does. */
    public CompletableFuture<@Nullable Void> complete(String callbackUrl, String pending) {
        return tokens.complete(callbackUrl, pending);
    }

    /** The same for any callback, as a posted form. */
    public CompletableFuture<@Nullable Void> complete(AuthorizationCallback callback, String pending) {
        return tokens.complete(callback, pending);
    }

    /** As {@link AsyncInteractiveTokens#remove}. */
    public CompletableFuture<@Nullable Void> remove() {
        return tokens.remove();
    }

    /** As {@link AsyncInteractiveTokens#revoke}. */
    public CompletableFuture<@Nullable Void> revoke() {
        return tokens.revoke();
    }

    /** As {@link AsyncInteractiveTokens#close}. */
    @Override
    public void close() {
        tokens.close();
    }

    /** As {@link AsyncInteractiveTokens#closeAsync}. */
    public CompletableFuture<@Nullable Void> closeAsync() {
        return tokens.closeAsync();
    }

    @Override
    public String toString() {
        return "Async" + access;
    }
}
