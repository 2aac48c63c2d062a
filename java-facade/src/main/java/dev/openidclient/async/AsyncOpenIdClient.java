package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.AuthorizationRequestBuilder;
import dev.openidclient.authorization.AuthorizationRequestKt;
import dev.openidclient.authorization.JarmKt;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.authorization.PushedAuthorizationRequestKt;
import dev.openidclient.authorization.RandomValues;
import dev.openidclient.authorization.RequestObjectKt;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.Connection;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.http.Parameters;
import dev.openidclient.jose.ModifyAssertion;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.logout.EndSessionBuilder;
import dev.openidclient.logout.EndSessionKt;
import dev.openidclient.logout.EndSessionReturnKt;
import dev.openidclient.logout.FrontChannelLogoutKt;
import dev.openidclient.logout.LogoutTokenChecks;
import dev.openidclient.logout.VerifyLogoutTokenKt;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.registration.RegistrationBuilder;
import dev.openidclient.registration.RegistrationKt;
import dev.openidclient.token.AuthorizationCodeGrantKt;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.ImplicitAuthenticationKt;
import dev.openidclient.token.LogoutToken;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.ReplayCache;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonObject;
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
 * <p>The operations in which no browser has a part are inherited from {@link AsyncBrowserlessOperations}.
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
public final class AsyncOpenIdClient extends AsyncBrowserlessOperations implements AsyncClientSource, AutoCloseable {
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

    // ---- Authorization requests: RFC 6749 §4.1.1, RFC 9101 (JAR), RFC 9126 (PAR) ----

    /**
     * A fresh value for {@code state} (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-10.12">RFC 6749
     * §10.12</a>): 32 random bytes as base64url.
     */
    public static String randomState() {
        return RandomValues.randomState();
    }

    /**
     * A fresh value for {@code nonce} (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#NonceNotes">OpenID Connect Core §15.5.2</a>): 32
     * random bytes as base64url.
     */
    public static String randomNonce() {
        return RandomValues.randomNonce();
    }

    /**
     * An authorization request with PKCE ({@code S256}), {@code state}, and, where an ID Token is asked for, {@code
     * nonce}; all three made here. Sends nothing.
     *
     * <p>The page {@code docs/sign-in.md} shows a whole sign-in; {@code docs/cli-and-desktop.md} and {@code
     * docs/android.md} those without a web server.
     *
     * @throws dev.openidclient.error.MetadataException where the server has no authorization endpoint, or one that is
     *     not {@code https}
     */
    public AuthorizationRequest authorizationRequest(Consumer<? super AuthorizationRequestBuilder> configure) {
        return AuthorizationRequestKt.authorizationRequest(client, dsl(configure));
    }

    /** The same without further parameters. */
    public AuthorizationRequest authorizationRequest() {
        return authorizationRequest(builder -> {});
    }

    /**
     * The URL of an authorization request with {@code parameters} as they are, for full control: only {@code client_id}
     * and {@code response_type} are added where they are absent, and {@code response_mode=jwt} where the client uses
     * it. State, nonce and PKCE are the caller's, who checks them with {@link AuthorizationCodeChecks}. Sends nothing.
     *
     * <p>The page {@code docs/callback.md} shows how the answer is checked then.
     *
     * @throws dev.openidclient.error.MetadataException where the server has no authorization endpoint, or one that is
     *     not {@code https}
     * @throws IllegalArgumentException where {@code response_type=id_token} lacks a {@code nonce}
     * @throws IllegalStateException where the metadata of the server or of the client, or the security profile,
     *     requires a pushed or a signed request, and {@code parameters} have neither {@code request_uri} nor, for a
     *     signed one, {@code request}
     */
    public String authorizationUrl(Parameters parameters) {
        return AuthorizationRequestKt.authorizationUrl(client, parameters);
    }

    /**
     * Puts the parameters of {@code request} into a request object signed with {@code key} (<a
     * href="https://www.rfc-editor.org/rfc/rfc9101#section-4">RFC 9101 §4</a>). The URL of the result has that and
     * {@code client_id}, and repeats {@code response_type}, {@code redirect_uri} and, with {@code openid}, {@code
     * scope} of it, as OpenID Connect and FAPI 1.0 servers demand (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#JWTRequests">OpenID Connect Core §6.1</a>); {@link
     * AuthorizationRequest#requestObjectOnly} leaves those out, and so does {@link #push}. It lives 60 seconds: send
     * the browser, or push it, at once. {@code modifyAssertion} may change header and claims. Sends nothing, but a
     * remote key is asked.
     *
     * <p>Fails with {@link dev.openidclient.error.UnsupportedFeatureException} where the key cannot sign; with {@link
     * IllegalArgumentException} where the request is signed or pushed already, or the key's algorithm is not one of the
     * security profile's.
     *
     * <p>The page {@code docs/fapi.md} shows it with the profiles that demand it.
     */
    public CompletableFuture<AuthorizationRequest> sign(
            AuthorizationRequest request, SigningKey key, ModifyAssertion modifyAssertion) {
        return calls.future(k -> RequestObjectKt.sign(
                client, request, requireNonNull(key, "key"), requireNonNull(modifyAssertion, "modifyAssertion"), k));
    }

    /** The same with header and claims as they are. */
    public CompletableFuture<AuthorizationRequest> sign(AuthorizationRequest request, SigningKey key) {
        return calls.future(k -> RequestObjectKt.sign(client, request, requireNonNull(key, "key"), null, k));
    }

    /**
     * Pushes {@code request} to the server and refers to it by {@code request_uri} (<a
     * href="https://www.rfc-editor.org/rfc/rfc9126#section-2">RFC 9126 §2</a>): the URL of the result has that and
     * {@code client_id}. Send the browser within {@link AuthorizationRequest#getRequestUriLifetime}; the URL works once.
     *
     * <p>Fails with {@link dev.openidclient.error.MetadataException} where the server has no such endpoint; with
     * another {@link dev.openidclient.error.OAuthException} where it refuses the request or cannot be reached; with
     * {@link IllegalArgumentException} where the request is pushed already.
     *
     * <p>The pages {@code docs/fapi.md} and {@code docs/profiles.md} show it with the profiles that demand it.
     */
    public CompletableFuture<AuthorizationRequest> push(AuthorizationRequest request) {
        return requests.future(k -> PushedAuthorizationRequestKt.push(client, request, k));
    }

    // ---- The browser comes back: RFC 6749 §4.1.3, OpenID Connect Core §3, Form Post Response Mode, JARM ----

    /**
     * Checks the callback against {@code pending} and exchanges its code for tokens (<a
     * href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3">RFC 6749 §4.1.3</a>, <a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint">OpenID Connect Core §3.1.3</a>).
     *
     * <p>{@code callbackUrl} is the URL that the browser came back to, with its query. Checked are: that the pending
     * authorization is of this client and not too old, {@code iss}, {@code state}, {@code error}; then in the ID Token,
     * which must come where {@code openid} was asked for, issuer, audience, times, {@code nonce}, {@code auth_time},
     * {@code at_hash}. Remove the stored pending authorization before the call, so that nothing can use it twice.
     *
     * <p>Fails with {@link dev.openidclient.error.AuthorizationResponseException} where the server or the person
     * refused; with another {@link dev.openidclient.error.OAuthException} where anything does not hold or the server
     * cannot be reached. The code is sent once and never again.
     *
     * <p>The page {@code docs/callback.md} shows what to store for it, and what to answer where it fails.
     */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            String callbackUrl, PendingAuthorization pending, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> AuthorizationCodeGrantKt.authorizationCodeGrant(
                client, requireNonNull(callbackUrl, "callbackUrl"), pending, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(String callbackUrl, PendingAuthorization pending) {
        return authorizationCodeGrant(callbackUrl, pending, builder -> {});
    }

    /** The same for a callback URL as a {@link URI}. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            URI callbackUrl, PendingAuthorization pending, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> AuthorizationCodeGrantKt.authorizationCodeGrant(
                client, requireNonNull(callbackUrl, "callbackUrl").toString(), pending, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(URI callbackUrl, PendingAuthorization pending) {
        return authorizationCodeGrant(callbackUrl, pending, builder -> {});
    }

    /** The same for any callback, as a posted form. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            AuthorizationCallback callback,
            PendingAuthorization pending,
            Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(
                k -> AuthorizationCodeGrantKt.authorizationCodeGrant(client, callback, pending, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            AuthorizationCallback callback, PendingAuthorization pending) {
        return authorizationCodeGrant(callback, pending, builder -> {});
    }

    /** The same with {@code state}, {@code nonce} and PKCE under the caller's own control. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            String callbackUrl, AuthorizationCodeChecks checks, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> AuthorizationCodeGrantKt.authorizationCodeGrant(
                client, requireNonNull(callbackUrl, "callbackUrl"), checks, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(String callbackUrl, AuthorizationCodeChecks checks) {
        return authorizationCodeGrant(callbackUrl, checks, builder -> {});
    }

    /** The same for a callback URL as a {@link URI}, with the checks under the caller's own control. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            URI callbackUrl, AuthorizationCodeChecks checks, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> AuthorizationCodeGrantKt.authorizationCodeGrant(
                client, requireNonNull(callbackUrl, "callbackUrl").toString(), checks, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(URI callbackUrl, AuthorizationCodeChecks checks) {
        return authorizationCodeGrant(callbackUrl, checks, builder -> {});
    }

    /** The same for any callback, with {@code state}, {@code nonce} and PKCE under the caller's own control. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            AuthorizationCallback callback,
            AuthorizationCodeChecks checks,
            Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(
                k -> AuthorizationCodeGrantKt.authorizationCodeGrant(client, callback, checks, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            AuthorizationCallback callback, AuthorizationCodeChecks checks) {
        return authorizationCodeGrant(callback, checks, builder -> {});
    }

    /**
     * Checks the callback of {@code response_type=id_token} against {@code pending} and brings who signed in (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#ImplicitAuthorizationEndpoint">OpenID Connect Core
     * §3.2.2</a>); the signature is always verified. The settings must have {@code useIdTokenResponseType()}, else the
     * future fails with {@link IllegalStateException}.
     *
     * <p>A server sees no fragment, so ask for {@code response_mode=form_post}. Fails with {@link
     * dev.openidclient.error.AuthorizationResponseException} where the server or the person refused; with another
     * {@link dev.openidclient.error.OAuthException} where anything does not hold.
     *
     * <p>The page {@code docs/specifications.md} leads to a recipe.
     */
    public CompletableFuture<IdTokenClaims> implicitAuthentication(
            AuthorizationCallback callback, PendingAuthorization pending) {
        return calls.future(k -> ImplicitAuthenticationKt.implicitAuthentication(
                client, requireNonNull(callback, "callback"), pending, k));
    }

    /**
     * The same with {@code state} and {@code nonce} under the caller's own control: {@code expectedState} null means
     * that there must be none. {@code maxAge} is how long ago the person may have signed in, null: as long as the
     * client metadata says.
     */
    public CompletableFuture<IdTokenClaims> implicitAuthentication(
            AuthorizationCallback callback,
            String expectedNonce,
            @Nullable String expectedState,
            @Nullable Duration maxAge) {
        return calls.future(k -> ImplicitAuthenticationKt.implicitAuthentication(
                client, requireNonNull(callback, "callback"), expectedNonce, expectedState, maxAge, k));
    }

    /** The same without an age of the caller's own. */
    public CompletableFuture<IdTokenClaims> implicitAuthentication(
            AuthorizationCallback callback, String expectedNonce, @Nullable String expectedState) {
        return implicitAuthentication(callback, expectedNonce, expectedState, null);
    }

    /**
     * All claims of the signed authorization response in {@code callback} (<a
     * href="https://openid.net/specs/oauth-v2-jarm-final.html">JARM §2.1</a>), whose signature, {@code iss}, {@code
     * aud} and times hold: for what {@code authorizationCodeGrant} does not need of it. That it answers this person's
     * request ({@code state}), and whether it is an error, is for {@code authorizationCodeGrant} to say.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where it may not be trusted; with {@link
     * IllegalStateException} without {@code useJwtResponseMode()} in the settings.
     *
     * <p>The page {@code docs/fapi.md} shows what it is evidence for.
     */
    public CompletableFuture<JsonObject> authorizationResponseClaims(AuthorizationCallback callback) {
        return calls.future(k -> JarmKt.authorizationResponseClaims(client, requireNonNull(callback, "callback"), k));
    }

    // ---- The end: OpenID Connect RP-Initiated Logout ----

    /**
     * Where to send the person's browser to sign out at the server too (<a
     * href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated Logout
     * §2</a>). End your own session first. Sends nothing; {@code client_id} is added.
     *
     * <p>The page {@code docs/logout.md} shows the whole logout.
     *
     * @throws dev.openidclient.error.MetadataException where the server has no end session endpoint, or one that is not
     *     {@code https}
     * @throws IllegalArgumentException where the tokens of the hint are another client's or of another issuer
     */
    public String endSessionUrl(Consumer<? super EndSessionBuilder> configure) {
        return EndSessionKt.endSessionUrl(client, dsl(configure));
    }

    /** The same without further parameters. */
    public String endSessionUrl() {
        return endSessionUrl(builder -> {});
    }

    /**
     * Checks that the browser comes back to the {@code post_logout_redirect_uri} from the logout that was begun in it (<a
     * href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout">OpenID Connect
     * RP-Initiated Logout §3</a>): {@code query} are the parameters of the URL, {@code expectedState} is the {@code state}
     * of that logout, kept in a cookie of that browser.
     *
     * <p>The page {@code docs/logout.md} shows the whole logout.
     *
     * @throws dev.openidclient.error.ValidationException where {@code state} is not that one
     * @throws dev.openidclient.error.InvalidResponseException where it comes twice
     * @throws IllegalArgumentException where {@code expectedState} is empty
     */
    public void verifyEndSessionReturn(Parameters query, String expectedState) {
        EndSessionReturnKt.verifyEndSessionReturn(client, query, expectedState);
    }

    // ---- The server ends sessions: OpenID Connect Back-Channel Logout, Front-Channel Logout ----

    /**
     * Verifies a logout token that the server posted: that sessions have ended there (<a
     * href="https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation">OpenID Connect Back-Channel Logout
     * §2.6</a>). {@link dev.openidclient.logout.LogoutRequest} reads it, and {@link
     * dev.openidclient.logout.LogoutAnswer} is what to answer.
     *
     * <p>It comes from anybody, so its signature is always verified, with what the server signs ID Tokens with. It must be
     * for this client, younger than 5 minutes, about a logout, and no ID Token; {@code replays}, the same for all instances
     * of a service, is asked last whether it came before. {@code configure} names what is checked beyond that, or less.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where the token may not be trusted: {@link
     * dev.openidclient.error.ValidationException} with {@code OAUTH_REPLAY_DETECTED} where it came before, {@link
     * dev.openidclient.error.ReplayCacheException} where that cannot be told. Fails with {@link
     * IllegalArgumentException} where {@code logoutToken} is empty, or a security profile allows no looser check.
     *
     * <p>The page {@code docs/logout.md} shows it in a web application.
     */
    public CompletableFuture<LogoutToken> verifyLogoutToken(
            String logoutToken, ReplayCache replays, Consumer<? super LogoutTokenChecks> configure) {
        return calls.future(k -> VerifyLogoutTokenKt.verifyLogoutToken(
                client,
                requireNonNull(logoutToken, "logoutToken"),
                requireNonNull(replays, "replays"),
                dsl(configure),
                k));
    }

    /** The same with the rules that always hold. */
    public CompletableFuture<LogoutToken> verifyLogoutToken(String logoutToken, ReplayCache replays) {
        return verifyLogoutToken(logoutToken, replays, checks -> {});
    }

    /**
     * Checks what came to the {@code frontchannel_logout_uri}, in a frame of the person's browser: that it is about {@code
     * session}, the claims of the sign-in in that browser (<a
     * href="https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout">OpenID Connect Front-Channel Logout
     * §3</a>). Returns where the session is to be ended. Prefer {@link #verifyLogoutToken}: browsers that keep cookies
     * from frames never let this reach the session.
     *
     * <p>{@code query} are the parameters of the URL. {@code iss} and {@code sid} must be those of {@code session}; they
     * may both be absent, unless {@code frontchannel_logout_session_required} of the client metadata says otherwise, and
     * then any page can end the session.
     *
     * <p>The page {@code docs/logout.md} compares the ways.
     *
     * @throws dev.openidclient.error.ValidationException where the logout is not about {@code session}: nothing is to be
     *     ended then
     * @throws dev.openidclient.error.InvalidResponseException where a parameter comes twice
     */
    public void verifyFrontChannelLogout(Parameters query, IdTokenClaims session) {
        FrontChannelLogoutKt.verifyFrontChannelLogout(client, query, session);
    }

    /**
     * Ends the calls in flight, whose futures fail with {@link java.util.concurrent.CancellationException} soon after;
     * later calls fail with {@link IllegalStateException}. Releases what the client made for itself, its HTTP engine
     * and its threads, and nothing that it was given: a transport, an executor, an {@link OpenIdClient} of {@link
     * #of}. Closing again does nothing, and so does closing a client of {@link #withDpop}.
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
