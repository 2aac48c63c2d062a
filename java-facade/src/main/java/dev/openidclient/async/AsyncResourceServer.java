package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.Connection;
import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.resourceserver.ResourceRequest;
import dev.openidclient.resourceserver.ResourceServer;
import dev.openidclient.resourceserver.ResourceServerSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonObject;

/**
 * The receiving side: judges the access tokens of requests to one API, and believes nothing else of them. {@link
 * ResourceServer} for Java.
 *
 * <pre>{@code
 * var api = AsyncResourceServer.create("https://api.example.com", s -> s.issuer("https://as.example.com"));
 * api.authorize(ResourceRequest.of(method, url, headers))
 *         .thenAccept(access -> access.requireScopes("orders:write"));
 * }</pre>
 *
 * <p>Tokens are JWTs (<a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068</a>), verified with the keys of their
 * server, or are asked about at it (<a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662</a>); those that are bound
 * to a key (<a href="https://www.rfc-editor.org/rfc/rfc9449">RFC 9449</a>) or a client certificate (<a
 * href="https://www.rfc-editor.org/rfc/rfc8705">RFC 8705</a>) need a proof of its possession. Nothing is sent before the
 * first token comes.
 *
 * <p>One for the life of the program; {@link #close} it at the end. Safe for any number of threads at once.
 *
 * <p><b>Threads.</b> No function blocks. A token is judged on the thread that brings it as long as there is nothing to
 * wait for, and the future is complete then; else the rest runs on threads of this one's own, or on the executor that it
 * was given, where discovery runs too.
 *
 * <p><b>Cancellation.</b> Cancelling a future, or completing it by {@code orTimeout} or in any other way, ends the waiting
 * of that request and nothing else.
 *
 * <p>The page {@code docs/receiving-tokens.md} shows how it is used.
 */
public final class AsyncResourceServer implements AutoCloseable {
    private final ResourceServer server;
    private final Calls calls;

    private AsyncResourceServer(String resource, Consumer<? super ResourceServerSettings> configure, Calls calls) {
        requireNonNull(configure, "configure");
        Executor executor = calls.executor();
        this.server = new ResourceServer(requireNonNull(resource, "resource"), dsl(settings -> {
            settings.executor(executor);
            configure.accept(settings);
        }));
        this.calls = calls;
    }

    /**
     * The resource server of {@code resource}, its identifier exactly as servers write it into {@code aud} of its tokens:
     * an {@code https} URL without fragment (<a href="https://www.rfc-editor.org/rfc/rfc9728#section-1.2">RFC 9728
     * §1.2</a>). {@code configure} says whose tokens it takes.
     *
     * @throws IllegalArgumentException where the settings contradict themselves or name no issuer
     */
    public static AsyncResourceServer create(String resource, Consumer<? super ResourceServerSettings> configure) {
        return new AsyncResourceServer(resource, configure, Calls.onOwnThreads());
    }

    /** The same on {@code executor}, for discovery and for what has to wait; {@link #close} leaves it running. */
    public static AsyncResourceServer create(
            String resource, Consumer<? super ResourceServerSettings> configure, Executor executor) {
        return new AsyncResourceServer(resource, configure, Calls.on(executor));
    }

    /**
     * Brings what the access token of {@code request} grants. It stands in the header {@code Authorization}, and nowhere
     * else.
     *
     * <p>Fails with {@link dev.openidclient.error.RequestRefusedException} with the answer to send where there is no
     * token, or it is not valid for this resource server, or its possession is not proven; with status 503 where a proof
     * cannot be told from one that came before. With another {@link dev.openidclient.error.OAuthException} where the
     * server's keys cannot be had, or it cannot be asked about the token: that is not the caller's fault, so the answer is
     * 503. With {@link IllegalStateException} after {@link #close}.
     */
    public CompletableFuture<GrantedAccess> authorize(ResourceRequest request) {
        return calls.inPlace().future(k -> server.authorize(requireNonNull(request, "request"), k));
    }

    /** The resource identifier. */
    public String getResource() {
        return server.getResource();
    }

    /**
     * What this resource server says of itself (<a href="https://www.rfc-editor.org/rfc/rfc9728#section-2">RFC 9728
     * §2</a>): its {@code toString} is to be answered at {@link #getMetadataPath} with status 200 and {@link
     * #getMetadataHeaders}, to everybody.
     */
    public JsonObject getMetadata() {
        return server.getMetadata();
    }

    /**
     * Where {@link #getMetadata} is to be answered, at the origin of {@link #getResource}; with the query of that, if it
     * has one.
     */
    public String getMetadataPath() {
        return server.getMetadataPath();
    }

    /**
     * The headers of the answer with {@link #getMetadata}: a browser's script may read it, and anybody keep it for an
     * hour.
     */
    public Map<String, List<String>> getMetadataHeaders() {
        return server.getMetadataHeaders();
    }

    /** Through which servers are asked, to be shared with clients. */
    public Connection getConnection() {
        return server.getConnection();
    }

    /**
     * Ends discovery, and what is asked about tokens: the futures of those who wait fail, as do those of whoever asks
     * afterwards, with {@link IllegalStateException}. Releases what this made for itself, its HTTP engine and its
     * threads, and nothing that it was given: a {@link Connection}, an executor.
     */
    @Override
    public void close() {
        calls.close();
        server.close();
    }

    /** Shows the resource identifier. */
    @Override
    public String toString() {
        return "Async" + server;
    }
}
