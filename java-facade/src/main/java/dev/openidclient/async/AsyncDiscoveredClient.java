package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.Connection;
import dev.openidclient.client.DiscoveredClient;
import dev.openidclient.client.DiscoveryState;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.dpop.Dpop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A client of a server that is asked for its metadata when it is first needed, and again as they grow old: for programs
 * that run for months, and start while the server is down. {@link AsyncOpenIdClient#lazily} makes one; it is wanted
 * wherever an {@link AsyncClientSource} is. {@link DiscoveredClient} for Java.
 *
 * <pre>{@code
 * var oauth = AsyncOpenIdClient.lazily("https://as.example.com", "s6BhdRkqt3", settings ->
 *         settings.authentication(new ClientSecretBasic(secret)));
 * var orders = AsyncClientCredentialsTokens.of(oauth).source(request -> request.scope("orders:read"));
 * oauth.client().thenCompose(client -> client.authorizationCodeGrant(callbackUrl, pending));
 * }</pre>
 *
 * <p>Discovery runs once for all who wait for it. What failed is not kept: it is tried again after a second, doubling up
 * to 30 seconds, more or less by a fifth, and until then {@link #client} fails at once as the last attempt did. Metadata
 * that are known stay in use whatever happens; after the setting {@code metadataLifetime} they are asked for anew in the
 * background, and so they are, once in 5 minutes at the most, after an operation that found no key of the server that
 * fits, or an endpoint that answers 404 or 410. That operation fails all the same: the next one finds what is new.
 *
 * <p>One for each server and client id, for the life of the program; {@link #close} it at the end. Safe for any number of
 * threads at once.
 *
 * <p><b>Threads.</b> No function blocks. A client that is at hand comes in a future that is complete already, so a
 * dependent stage that names no executor runs on the caller's own thread; else it runs where discovery does. Discovery,
 * and the calls of the clients, run on threads of this one's own, as {@link AsyncOpenIdClient} says, or on the executor
 * that it was given; the setting {@code executor} moves discovery alone.
 *
 * <p><b>Cancellation.</b> Cancelling a future, or completing it by {@code orTimeout} or in any other way, ends the
 * waiting and nothing else: discovery goes on for everybody else, and what it brings is kept.
 *
 * <p>The page {@code docs/long-lived-clients.md} shows how it is used.
 */
public final class AsyncDiscoveredClient implements AsyncClientSource, AutoCloseable {
    final DiscoveredClient client;
    final HandedOut clients;
    private final Runnable onClose;

    private AsyncDiscoveredClient(DiscoveredClient client, HandedOut clients, Runnable onClose) {
        this.client = client;
        this.clients = clients;
        this.onClose = onClose;
    }

    /** One whose discovery and calls run where {@code calls} do. */
    static AsyncDiscoveredClient lazily(
            String issuer, String clientId, Consumer<? super ClientSettings> configure, Calls calls) {
        requireNonNull(configure, "configure");
        Executor executor = calls.executor();
        DiscoveredClient client = OpenIdClient.Companion.lazily(
                requireNonNull(issuer, "issuer"), requireNonNull(clientId, "clientId"), dsl(settings -> {
                    settings.executor(executor);
                    configure.accept(settings);
                }));
        return new AsyncDiscoveredClient(client, new HandedOut(calls), () -> {
            calls.close();
            client.close();
        });
    }

    /**
     * The client to use now: ask for it each time, and keep none. One that was handed out stays valid all the same, with
     * the metadata that it has; its {@link AsyncOpenIdClient#close} closes nothing.
     *
     * <p>Waits only while nothing is known of the server yet. Fails with an {@link dev.openidclient.error.OAuthException}
     * as {@link AsyncOpenIdClient#discover} does where nothing is known and the server cannot be asked; with {@link
     * IllegalStateException} after {@link #close}.
     */
    @Override
    public CompletableFuture<AsyncOpenIdClient> client() {
        return clients.client(client::client);
    }

    /**
     * Asks the server for its metadata now, and brings the client that has them. Fails with an {@link
     * dev.openidclient.error.OAuthException} where that fails, or they do not hold: those that are known stay in use.
     */
    public CompletableFuture<AsyncOpenIdClient> refresh() {
        return clients.client(client::refresh);
    }

    /** How things stand, without a request: for health checks. */
    public DiscoveryState state() {
        return client.state();
    }

    /**
     * The same, with clients whose requests prove the possession of the key of {@code dpop}, as {@link
     * AsyncOpenIdClient#withDpop} has them. It shares metadata, threads, connections and keys with this one, which alone
     * is to be closed.
     *
     * @throws IllegalArgumentException where the algorithm of its key is not one of the security profile's
     */
    public AsyncDiscoveredClient withDpop(Dpop dpop) {
        return new AsyncDiscoveredClient(client.withDpop(dpop), clients, () -> {});
    }

    /** As the server is asked for. */
    public String getIssuer() {
        return client.getIssuer();
    }

    public String getClientId() {
        return client.getClientId();
    }

    /** What all clients of this send through, to be shared with others ({@link ClientSettings#connection}). */
    public Connection getConnection() {
        return client.getConnection();
    }

    /**
     * Ends discovery and the calls of all clients of this: the futures of those who wait for a client fail with {@link
     * IllegalStateException}, as do those of whoever asks afterwards; calls in flight end as those of {@link
     * AsyncOpenIdClient#close} do. Releases what this made for itself, its HTTP engine and its threads, and nothing that
     * it was given: a transport, a {@link Connection}, an executor. Nothing on the result of {@link #withDpop}.
     */
    @Override
    public void close() {
        onClose.run();
    }

    /** Shows the issuer and the client id. */
    @Override
    public String toString() {
        return "Async" + client;
    }
}
