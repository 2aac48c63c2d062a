package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.Connection;
import dev.openidclient.client.IssuerSearchSettings;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.client.WebFingerKt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.registration.RegistrationBuilder;
import dev.openidclient.registration.RegistrationKt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client of one authorization server: {@link OpenIdClient} for Java. What sends returns a future, what only computes
 * returns its result. Immutable and safe to use from any number of threads at once: make one for each server and tenant
 * and keep it, for it holds the connections and the server's keys. Several share one transport ({@link
 * ClientSettings#transport}) or one {@link Connection}. {@link #close} it at the end. {@link #lazily} makes one whose
 * server may be down now, an {@link AsyncClientRegistry} those of many tenants.
 *
 * <pre>{@code
 * try (var client = AsyncOpenIdClient.discover("https://as.example.com", "s6BhdRkqt3", settings ->
 *         settings.authentication(new ClientSecretBasic(secret))).join()) {
 *     var request = client.authorizationRequest(r -> r.redirectUri(callback).scope("openid", "email"));
 *     // send the browser to request.getUrl(), store request.getPending().encode(); when it comes back:
 *     client.authorizationCodeGrant(callbackUrl, pending)
 *             .thenCompose(client::userInfo)
 *             .thenAccept(user -> log.info(user.getSubject()));
 * }
 * }</pre>
 *
 * <p>The operations are inherited, by what they are for: {@link AsyncSignInOperations}, {@link AsyncTokenOperations},
 * {@link AsyncDeviceOperations}, {@link AsyncCallOperations}, {@link AsyncLogoutOperations}, {@link
 * AsyncRegistrationOperations}.
 *
 * <p><b>Threads.</b> Operations that return a future never block. Without an {@link Executor} they run on threads of
 * the client's own, with the dependent stages that name no executor: virtual threads where the JDK has them (21 and
 * later), else daemons that end when they are idle. There are as many as there is work, so a stage that blocks holds
 * up nobody; timeouts do not depend on them. A call that is sent without anything that could block, by a client
 * without a transport or authentication of the caller's own, without a signature and without DPoP, begins on the
 * thread that makes it, and so does its {@code configure}. With an executor everything runs there. The caller's own
 * thread runs a dependent stage where the future is complete already, or where the caller itself completes it.
 *
 * <p><b>Cancellation.</b> Cancelling a future, or completing it by {@code orTimeout} or in any other way, ends its HTTP
 * request and closes that connection (on JDK 11 to 15 the engine {@link dev.openidclient.http.HttpEngine#JAVA} keeps it
 * until the answer). Cancelling a stage that <em>depends</em> on it does not: {@code CompletableFuture} passes that on
 * to no one.
 *
 * <p><b>Errors.</b> These operations throw nothing, but for an executor that is null. Their futures fail with an
 * {@link dev.openidclient.error.OAuthException}; with the caller's own mistake, an {@link IllegalArgumentException}, a
 * {@link NullPointerException} that names the argument, or what a {@code configure} has thrown; or with an
 * {@link IllegalStateException} after {@link #close}. {@link AsyncErrors#unwrap} takes off what futures put around
 * them.
 *
 * <p>The pages of the project show whole tasks: {@code docs/sign-in.md}, {@code docs/client-credentials.md}, {@code
 * docs/tokens.md}, {@code docs/errors.md}; {@code docs/README.md} lists them. By framework: {@code
 * docs/spring-boot.md}, {@code docs/quarkus-micronaut.md}; in Kotlin {@code docs/spring-boot-kotlin.md}, {@code
 * docs/ktor.md}. For tests of your own: {@code docs/testing.md}. For those who come from another library: {@code
 * docs/coming-from.md}, {@code docs/coming-from-spring.md}. What is checked: {@code docs/security.md}; what it costs:
 * {@code docs/performance.md}.
 */
public final class AsyncOpenIdClient extends AsyncRegistrationOperations implements AsyncClientSource, AutoCloseable {
    private final Runnable onClose;

    private AsyncOpenIdClient(OpenIdClient client, Calls calls, Runnable onClose) {
        super(client, calls);
        this.onClose = onClose;
    }

    /** One that closes both with itself. */
    static AsyncOpenIdClient owning(OpenIdClient client, Calls calls) {
        return new AsyncOpenIdClient(client, calls, () -> {
            calls.close();
            client.close();
        });
    }

    /** One that somebody else closes. */
    static AsyncOpenIdClient handedOut(OpenIdClient client, Calls calls) {
        return new AsyncOpenIdClient(client, calls, () -> {});
    }

    // ---- Making a client: OpenID Connect Discovery, RFC 8414, RFC 7591 ----

    /**
     * Asks {@code issuer} for its metadata and makes a client of it (<a
     * href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery §4</a>,
     * <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 §3</a>).
     *
     * <p>{@code issuer} is the issuer identifier; the metadata must name the same one. The URL of a metadata document
     * itself (its path contains {@code /.well-known/}) is taken too, but then <b>nothing ties the metadata to an
     * issuer</b>: prefer the issuer.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where the server cannot be reached, answers
     * otherwise, names another issuer, or is not {@code https}; with {@link IllegalArgumentException} where {@code
     * issuer} is no absolute URL, has a query or fragment without being a document, or the settings contradict
     * themselves.
     *
     * <p>The page {@code docs/client-credentials.md} shows a client that is made once, {@code docs/providers/README.md}
     * what one provider needs.
     */
    public static CompletableFuture<AsyncOpenIdClient> discover(
            String issuer, String clientId, Consumer<? super ClientSettings> configure) {
        return Opening.open(
                Calls.onOwnThreads(),
                k -> OpenIdClient.Companion.discover(requireNonNull(issuer, "issuer"), clientId, dsl(configure), k));
    }

    /** The same with default settings: a public client. */
    public static CompletableFuture<AsyncOpenIdClient> discover(String issuer, String clientId) {
        return discover(issuer, clientId, settings -> {});
    }

    /**
     * The same on {@code executor}, for discovery and for every call of the client; {@link #close} leaves it running.
     */
    public static CompletableFuture<AsyncOpenIdClient> discover(
            String issuer, String clientId, Consumer<? super ClientSettings> configure, Executor executor) {
        return Opening.open(
                Calls.on(executor),
                k -> OpenIdClient.Companion.discover(requireNonNull(issuer, "issuer"), clientId, dsl(configure), k));
    }

    /**
     * A client of {@code issuer} that is asked for its metadata when it is first needed, and anew as they grow old: for
     * programs that run for months, and must start while the server is down. Sends nothing; whatever needs the server
     * fails later.
     *
     * <p>The page {@code docs/long-lived-clients.md} shows how it is used.
     *
     * @throws IllegalArgumentException where {@code issuer} is no absolute URL, has a query or fragment without being a
     *     document, or the settings contradict themselves or have no {@code timeout}
     * @throws dev.openidclient.error.MetadataException where {@code issuer} is not {@code https}
     */
    public static AsyncDiscoveredClient lazily(
            String issuer, String clientId, Consumer<? super ClientSettings> configure) {
        return AsyncDiscoveredClient.lazily(issuer, clientId, configure, Calls.onOwnThreads());
    }

    /** The same with default settings: a public client. */
    public static AsyncDiscoveredClient lazily(String issuer, String clientId) {
        return lazily(issuer, clientId, settings -> {});
    }

    /**
     * The same on {@code executor}, for discovery and for every call of the clients; {@link AsyncDiscoveredClient#close}
     * leaves it running.
     */
    public static AsyncDiscoveredClient lazily(
            String issuer, String clientId, Consumer<? super ClientSettings> configure, Executor executor) {
        return AsyncDiscoveredClient.lazily(issuer, clientId, configure, Calls.on(executor));
    }

    /**
     * The issuer of a person who says who they are by {@code identifier}, as {@code alice@example.com}, {@code
     * example.com:8080} or {@code https://example.com/alice} (<a
     * href="https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery">OpenID Connect Discovery §2</a>,
     * WebFinger): to be given to {@link #discover}. The host in {@code identifier} is asked, over {@code https}.
     *
     * <p><b>Anybody can name any host</b>: where {@code identifier} comes from a web page, permit only hosts on the
     * outside with {@code permitUrl} in {@code connection(…)}, and take the issuer only where your program is registered
     * there. Fails with an {@link dev.openidclient.error.OAuthException} where the host cannot be asked, {@code
     * permitUrl} does not permit it, or it names no issuer, more than one, or one that cannot be; with {@link
     * IllegalArgumentException} where {@code identifier} is none, or the settings contradict themselves.
     *
     * <p>The page {@code docs/special-requests.md} shows it.
     */
    public static CompletableFuture<String> findIssuer(
            String identifier, Consumer<? super IssuerSearchSettings> configure) {
        return Calls.UNOWNED.future(k -> WebFingerKt.findIssuer(
                OpenIdClient.Companion, requireNonNull(identifier, "identifier"), dsl(configure), k));
    }

    /** The same with default settings. */
    public static CompletableFuture<String> findIssuer(String identifier) {
        return findIssuer(identifier, settings -> {});
    }

    /**
     * A client of a server whose metadata is known, without any request.
     *
     * @throws IllegalArgumentException where the settings contradict themselves
     */
    public static AsyncOpenIdClient create(
            AuthorizationServerMetadata server, String clientId, Consumer<? super ClientSettings> configure) {
        return owning(new OpenIdClient(server, clientId, dsl(configure)), Calls.onOwnThreads());
    }

    /** The same with default settings: a public client. */
    public static AsyncOpenIdClient create(AuthorizationServerMetadata server, String clientId) {
        return create(server, clientId, settings -> {});
    }

    /** The same with every call on {@code executor}; {@link #close} leaves it running. */
    public static AsyncOpenIdClient create(
            AuthorizationServerMetadata server,
            String clientId,
            Consumer<? super ClientSettings> configure,
            Executor executor) {
        return owning(new OpenIdClient(server, clientId, dsl(configure)), Calls.on(executor));
    }

    /**
     * Discovers {@code issuer}, registers a client there, and returns it ready to use (<a
     * href="https://www.rfc-editor.org/rfc/rfc7591#section-3">RFC 7591 §3</a>): what the server registered, with {@code
     * client_secret}, is its {@link #getMetadata}. <b>Store that</b>, for {@link ClientMetadata#getJson} makes the same
     * client again.
     *
     * <p>It authenticates by the method that was registered; {@code private_key_jwt} needs its key, {@code
     * settings(s -> s.authentication(new PrivateKeyJwt(key)))}, else the future fails with {@link
     * IllegalArgumentException} before anything is sent. Fails with an {@link dev.openidclient.error.OAuthException} as
     * discovery does, or where the server refuses the registration; with {@link
     * dev.openidclient.error.RegistrationException}, which has what was registered, where the server registered
     * something that contradicts the settings.
     *
     * <p>The page {@code docs/registration.md} shows what to ask for, and what to store.
     */
    public static CompletableFuture<AsyncOpenIdClient> register(
            String issuer, Consumer<? super RegistrationBuilder> configure) {
        return Opening.open(
                Calls.onOwnThreads(),
                k -> RegistrationKt.register(
                        OpenIdClient.Companion, requireNonNull(issuer, "issuer"), dsl(configure), k));
    }

    /** The same on {@code executor}, for every call of the client too; {@link #close} leaves it running. */
    public static CompletableFuture<AsyncOpenIdClient> register(
            String issuer, Consumer<? super RegistrationBuilder> configure, Executor executor) {
        return Opening.open(
                Calls.on(executor),
                k -> RegistrationKt.register(
                        OpenIdClient.Companion, requireNonNull(issuer, "issuer"), dsl(configure), k));
    }

    /**
     * The same at a server whose metadata is known: nothing is discovered, and {@code server} is the new client's
     * {@link #getServer}.
     */
    public static CompletableFuture<AsyncOpenIdClient> register(
            AuthorizationServerMetadata server, Consumer<? super RegistrationBuilder> configure) {
        return Opening.open(
                Calls.onOwnThreads(),
                k -> RegistrationKt.register(
                        OpenIdClient.Companion, requireNonNull(server, "server"), dsl(configure), k));
    }

    /** The same on {@code executor}, for every call of the client too; {@link #close} leaves it running. */
    public static CompletableFuture<AsyncOpenIdClient> register(
            AuthorizationServerMetadata server, Consumer<? super RegistrationBuilder> configure, Executor executor) {
        return Opening.open(
                Calls.on(executor),
                k -> RegistrationKt.register(
                        OpenIdClient.Companion, requireNonNull(server, "server"), dsl(configure), k));
    }

    /**
     * A view of {@code client}, which stays the caller's: {@link #close} ends the calls that were made here and no
     * others.
     */
    public static AsyncOpenIdClient of(OpenIdClient client) {
        return of(requireNonNull(client, "client"), Calls.onOwnThreads());
    }

    /** The same with every call on {@code executor}; {@link #close} leaves it running. */
    public static AsyncOpenIdClient of(OpenIdClient client, Executor executor) {
        return of(requireNonNull(client, "client"), Calls.on(executor));
    }

    private static AsyncOpenIdClient of(OpenIdClient client, Calls calls) {
        return new AsyncOpenIdClient(client, calls, calls::close);
    }

    /**
     * The same client, whose requests prove the possession of the key of {@code dpop} (<a
     * href="https://www.rfc-editor.org/rfc/rfc9449">RFC 9449</a>): at the token endpoint, for pushed authorization
     * requests, UserInfo and protected resources. It shares threads, connections, keys and everything else with this
     * one, which alone is to be closed and which ends the calls of both; {@link #close} of the result does nothing.
     *
     * <p>The page {@code docs/calling-apis.md} shows where to keep the key.
     */
    public AsyncOpenIdClient withDpop(Dpop dpop) {
        return handedOut(client.withDpop(dpop), calls);
    }

    // ---- What the client knows ----

    /** This client itself, at once: it is wanted wherever an {@link AsyncClientSource} is. */
    @Override
    public CompletableFuture<AsyncOpenIdClient> client() {
        return CompletableFuture.completedFuture(this);
    }

    /** What the server says of itself. */
    public AuthorizationServerMetadata getServer() {
        return client.getServer();
    }

    /** What this client sends through, to be shared with others ({@link ClientSettings#connection}). */
    public Connection getConnection() {
        return client.getConnection();
    }

    /** What the server knows of this client. */
    public ClientMetadata getMetadata() {
        return client.getMetadata();
    }

    public String getClientId() {
        return client.getClientId();
    }

    /**
     * The server's keys as far as they are known, for a runtime without memory: give it to {@link #importJwks} of the
     * next client. Null where no key was needed yet. Holds no secret.
     */
    public @Nullable String exportJwks() {
        return client.exportJwks();
    }

    /**
     * Takes over the keys that {@link #exportJwks} gave, so that they need not be downloaded. Returns false, and does
     * nothing, where they are older than 5 minutes or this client knows keys already. The keys are trusted as the
     * server's: store them where nobody can change them.
     *
     * @throws IllegalArgumentException where {@code exported} is something else, or of another issuer or {@code
     *     jwks_uri} than this client's server
     */
    public boolean importJwks(String exported) {
        return client.importJwks(exported);
    }

    /**
     * Ends the calls in flight, whose futures fail with {@link java.util.concurrent.CancellationException} soon after;
     * later calls fail with {@link IllegalStateException}. Releases what the client made for itself, its HTTP engine
     * and its threads, and nothing that it was given: a transport, an executor, an {@link OpenIdClient} of {@link
     * #of}. Closing again does nothing, and so does closing a client of {@link #withDpop},
     * {@link #readRegistration} or {@link #updateRegistration}.
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
