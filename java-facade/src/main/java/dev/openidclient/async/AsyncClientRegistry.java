package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.authorization.RegisteredIssuerKt;
import dev.openidclient.client.ClientFinder;
import dev.openidclient.client.ClientRegistry;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.Connection;
import dev.openidclient.client.DiscoveryState;
import dev.openidclient.client.RegistrySettings;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The clients of many servers, as of the tenants of a program: each is discovered when it is first needed, as an {@link
 * AsyncDiscoveredClient}, and all send through one connection. What one server does, or the {@link AsyncClientFinder}
 * takes, is nothing to the others. {@link ClientRegistry} for Java.
 *
 * <pre>{@code
 * var tenants = AsyncClientRegistry.of(AsyncClientFinder.of(issuer -> entries.get(issuer)));
 * tenants.client(issuer).thenApply(client -> client.authorizationRequest(r -> r.redirectUri(callback)));
 * tenants.clientFor(callbackUrl, pending)
 *         .thenCompose(client -> client.authorizationCodeGrant(callbackUrl, pending));
 * }</pre>
 *
 * <p>An issuer that the finder does not know is refused before anything is sent: issuers often come from outside.
 *
 * <p>One for the life of the program; {@link #close} it at the end. Safe for any number of threads at once; what {@link
 * AsyncDiscoveredClient} says of threads and cancellation holds here. The finder is called where discovery runs. The
 * page {@code docs/long-lived-clients.md} shows how it is used.
 *
 * <p><b>Errors.</b> Functions that return a future throw nothing. A client is brought, or the future fails: with {@link
 * dev.openidclient.error.MetadataException}, before anything is sent, where the finder does not know the issuer; with
 * another {@link dev.openidclient.error.OAuthException} where nothing is known of the server and it cannot be asked; with
 * what the finder fails with; with {@link IllegalArgumentException} where the settings of the entry contradict
 * themselves; with {@link IllegalStateException} after {@link #close}.
 */
public final class AsyncClientRegistry implements AutoCloseable {
    private final ClientRegistry registry;
    private final HandedOut clients;

    private AsyncClientRegistry(AsyncClientFinder find, Consumer<? super RegistrySettings> configure, Calls calls) {
        ClientFinder finder = AsyncClientFinder.toClientFinder(requireNonNull(find, "find"));
        requireNonNull(configure, "configure");
        Executor executor = calls.executor();
        this.registry = new ClientRegistry(dsl(settings -> {
            settings.find(finder).executor(executor);
            configure.accept(settings);
        }));
        this.clients = new HandedOut(calls);
    }

    /**
     * The clients that {@code find} finds. {@code configure} says how the requests of them all are sent.
     *
     * @throws IllegalArgumentException where the settings contradict themselves, or have no {@code timeout}
     */
    public static AsyncClientRegistry of(AsyncClientFinder find, Consumer<? super RegistrySettings> configure) {
        return new AsyncClientRegistry(find, configure, Calls.onOwnThreads());
    }

    /** The same with default settings. */
    public static AsyncClientRegistry of(AsyncClientFinder find) {
        return of(find, settings -> {});
    }

    /**
     * The same on {@code executor}, for the finder, for discovery and for every call of the clients; {@link #close}
     * leaves it running.
     */
    public static AsyncClientRegistry of(
            AsyncClientFinder find, Consumer<? super RegistrySettings> configure, Executor executor) {
        return new AsyncClientRegistry(find, configure, Calls.on(executor));
    }

    /** The client of {@code issuer} to use now, as {@link AsyncDiscoveredClient#client} brings it: keep none. */
    public CompletableFuture<AsyncOpenIdClient> client(String issuer) {
        return clients.client(k -> registry.client(requireNonNull(issuer, "issuer"), k));
    }

    /**
     * The client of the server that the person of {@code pending} was sent to: for the callback, whoever says that he
     * sent it.
     */
    public CompletableFuture<AsyncOpenIdClient> client(PendingAuthorization pending) {
        return clients.client(k -> RegisteredIssuerKt.client(registry, pending, k));
    }

    /**
     * The same for the callback with {@code callbackUrl}: where that names its server ({@code iss}, <a
     * href="https://www.rfc-editor.org/rfc/rfc9207">RFC 9207</a>), it must be the one of {@code pending}. Fails with
     * {@link dev.openidclient.error.ValidationException} where it is another one, so that a code goes to nobody but the
     * server that gave it (<a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.4">RFC 9700 §4.4</a>); nothing is
     * sent then.
     *
     * <p>Whether {@code iss} may be absent is for the client to say: give a server that does not send it a redirect URI
     * of its own, or demand it with {@link ClientSettings#requireAuthorizationResponseIss}.
     */
    public CompletableFuture<AsyncOpenIdClient> clientFor(String callbackUrl, PendingAuthorization pending) {
        return clients.client(
                k -> RegisteredIssuerKt.clientFor(registry, requireNonNull(callbackUrl, "callbackUrl"), pending, k));
    }

    /** The same for a callback URL as a {@link URI}. */
    public CompletableFuture<AsyncOpenIdClient> clientFor(URI callbackUrl, PendingAuthorization pending) {
        return clients.client(k -> RegisteredIssuerKt.clientFor(
                registry, requireNonNull(callbackUrl, "callbackUrl").toString(), pending, k));
    }

    /** The same for any callback, as a posted form. */
    public CompletableFuture<AsyncOpenIdClient> clientFor(
            AuthorizationCallback callback, PendingAuthorization pending) {
        return clients.client(k -> RegisteredIssuerKt.clientFor(registry, callback, pending, k));
    }

    /**
     * The clients of {@code issuer}, for whatever takes an {@link AsyncClientSource}. Nothing is looked for before one is
     * needed.
     */
    public AsyncClientSource source(String issuer) {
        return new ClientSourceView(registry.source(issuer), clients);
    }

    /** Asks the server of {@code issuer} for its metadata now, as {@link AsyncDiscoveredClient#refresh} does. */
    public CompletableFuture<AsyncOpenIdClient> refresh(String issuer) {
        return clients.client(k -> registry.refresh(requireNonNull(issuer, "issuer"), k));
    }

    /** How the client of {@code issuer} stands, without a request, and without looking for it: for health checks. */
    public DiscoveryState state(String issuer) {
        return registry.state(issuer);
    }

    /** Keeps the client of {@code issuer} no longer: the next call looks for it anew, as after a change of its secret. */
    public void forget(String issuer) {
        registry.forget(issuer);
    }

    /** What all clients of this send through, to be shared with others ({@link ClientSettings#connection}). */
    public Connection getConnection() {
        return registry.getConnection();
    }

    /**
     * Ends discovery and the calls of all clients of this: the futures of those who wait for a client fail with {@link
     * IllegalStateException}, as do those of whoever asks afterwards; calls in flight end as those of {@link
     * AsyncOpenIdClient#close} do. Releases what this made for itself, its HTTP engine and its threads, and nothing that
     * it was given: a transport, a {@link Connection}, an executor.
     */
    @Override
    public void close() {
        clients.calls.close();
        registry.close();
    }

    /** Shows how many clients there are. */
    @Override
    public String toString() {
        return "Async" + registry;
    }
}
