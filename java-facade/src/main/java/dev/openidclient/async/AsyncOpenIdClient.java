package dev.openidclient.async;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.AuthorizationRequestBuilder;
import dev.openidclient.authorization.AuthorizationRequestKt;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.authorization.RandomValues;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.http.Parameters;
import dev.openidclient.logout.EndSessionBuilder;
import dev.openidclient.logout.EndSessionKt;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.token.AuthorizationCodeGrantKt;
import dev.openidclient.token.ClientCredentialsGrantKt;
import dev.openidclient.token.GrantKt;
import dev.openidclient.token.RefreshTokenGrantKt;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.userinfo.UserInfo;
import dev.openidclient.userinfo.UserInfoRequestKt;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;

/**
 * A client of one authorization server: {@link OpenIdClient} for Java. What sends returns a future, what only computes
 * returns its result. Immutable and safe to use from any number of threads at once: make one per server and keep it,
 * for it holds the connections and the server's keys. {@link #close} it at the end.
 *
 * <pre>{@code
 * try (var client = AsyncOpenIdClient.discover("https://as.example.com", "s6BhdRkqt3", settings ->
 *         settings.setAuthentication(new ClientSecretBasic(secret))).join()) {
 *     var request = client.authorizationRequest(r -> r.redirectUri(callback).scope("openid", "email"));
 *     // send the browser to request.getUrl(), store request.getPending().encode(); when it comes back:
 *     client.authorizationCodeGrant(callbackUrl, pending)
 *             .thenCompose(client::userInfo)
 *             .thenAccept(user -> log.info(user.getSubject()));
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> Operations that return a future never block. They run, with the {@code configure} that they are
 * given and with the dependent stages that name no executor of their own, on the {@link Executor} that the client was
 * made with; without one, on the daemon threads that Kotlin's coroutines keep for blocking work ({@code
 * Dispatchers.IO}). The caller's own thread runs a dependent stage where the future is complete already, or where the
 * caller itself completes it.
 *
 * <p><b>Cancellation.</b> Cancelling a future, or completing it by {@code orTimeout} or in any other way, ends its HTTP
 * request. Cancelling a stage that <em>depends</em> on it does not: {@code CompletableFuture} passes that on to no one.
 *
 * <p><b>Errors.</b> These operations throw nothing. Their futures fail with an {@link
 * dev.openidclient.error.OAuthException}; with the caller's own mistake, an {@link IllegalArgumentException} or what a
 * {@code configure} has thrown; or with an {@link IllegalStateException} after {@link #close}. {@link
 * AsyncErrors#unwrap} takes off what futures put around them.
 */
public final class AsyncOpenIdClient implements AutoCloseable {
    private final OpenIdClient client;
    private final Calls calls;
    private final Runnable release;

    private AsyncOpenIdClient(OpenIdClient client, Calls calls, Runnable release) {
        this.client = client;
        this.calls = calls;
        this.release = release;
    }

    /**
     * Asks {@code issuer} for its metadata and makes a client of it (<a
     * href="https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig">OpenID Connect Discovery §4</a>,
     * <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 §3</a>).
     *
     * <p>{@code issuer} is the issuer identifier; the metadata must name the same one. The URL of a metadata document
     * itself (it contains {@code /.well-known/}) is taken too, but then <b>nothing ties the metadata to an issuer</b>:
     * prefer the issuer.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where the server cannot be reached, answers
     * otherwise, names another issuer, or is not {@code https}; with {@link IllegalArgumentException} where {@code
     * issuer} is no absolute URL or the settings contradict themselves.
     */
    public static CompletableFuture<AsyncOpenIdClient> discover(
            String issuer, String clientId, Consumer<? super ClientSettings> configure) {
        return discover(issuer, clientId, configure, Calls.onDefaultThreads());
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
        return discover(issuer, clientId, configure, Calls.on(executor));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // each of the two ends the other
    private static CompletableFuture<AsyncOpenIdClient> discover(
            String issuer, String clientId, Consumer<? super ClientSettings> configure, Calls calls) {
        CompletableFuture<AsyncOpenIdClient> result = new CompletableFuture<>();
        result.whenComplete((client, failure) -> {
            if (failure != null) {
                calls.close();
            }
        });
        calls.<OpenIdClient>future(k -> OpenIdClient.Companion.discover(issuer, clientId, dsl(configure), k))
                .whenComplete((client, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else if (!result.complete(new AsyncOpenIdClient(client, calls, client::close))) {
                        client.close(); // nobody waits for it any more
                    }
                });
        return result;
    }

    /**
     * A client of a server whose metadata is known, without any request.
     *
     * @throws IllegalArgumentException where the settings contradict themselves
     */
    public static AsyncOpenIdClient create(
            AuthorizationServerMetadata server, String clientId, Consumer<? super ClientSettings> configure) {
        return create(server, clientId, configure, Calls.onDefaultThreads());
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
        return create(server, clientId, configure, Calls.on(executor));
    }

    private static AsyncOpenIdClient create(
            AuthorizationServerMetadata server,
            String clientId,
            Consumer<? super ClientSettings> configure,
            Calls calls) {
        OpenIdClient client = new OpenIdClient(server, clientId, dsl(configure));
        return new AsyncOpenIdClient(client, calls, client::close);
    }

    /**
     * A view of {@code client}, which stays the caller's: {@link #close} ends the calls that were made here and no
     * others.
     */
    public static AsyncOpenIdClient of(OpenIdClient client) {
        return new AsyncOpenIdClient(client, Calls.onDefaultThreads(), () -> {});
    }

    /** The same with every call on {@code executor}; {@link #close} leaves it running. */
    public static AsyncOpenIdClient of(OpenIdClient client, Executor executor) {
        return new AsyncOpenIdClient(client, Calls.on(executor), () -> {});
    }

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

    /** What the server says of itself. */
    public AuthorizationServerMetadata server() {
        return client.getServer();
    }

    /** What the server knows of this client. */
    public ClientMetadata metadata() {
        return client.getMetadata();
    }

    public String clientId() {
        return client.getClientId();
    }

    /**
     * An authorization request with PKCE ({@code S256}), {@code state}, and, where {@code openid} is in the scope,
     * {@code nonce}; all three made here. Sends nothing.
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
     * and {@code response_type=code} are added where they are absent. State, nonce and PKCE are the caller's, who
     * checks them with {@link AuthorizationCodeChecks}. Sends nothing.
     *
     * @throws dev.openidclient.error.MetadataException where the server has no authorization endpoint, or one that is
     *     not {@code https}
     */
    public String authorizationUrl(Parameters parameters) {
        return AuthorizationRequestKt.authorizationUrl(client, parameters);
    }

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
     */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            String callbackUrl, PendingAuthorization pending, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(
                k -> AuthorizationCodeGrantKt.authorizationCodeGrant(client, callbackUrl, pending, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(String callbackUrl, PendingAuthorization pending) {
        return authorizationCodeGrant(callbackUrl, pending, builder -> {});
    }

    /** The same for a callback URL as a {@link URI}. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            URI callbackUrl, PendingAuthorization pending, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(k -> AuthorizationCodeGrantKt.authorizationCodeGrant(
                client, callbackUrl.toString(), pending, dsl(configure), k));
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
        return calls.future(
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
        return calls.future(
                k -> AuthorizationCodeGrantKt.authorizationCodeGrant(client, callbackUrl, checks, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(String callbackUrl, AuthorizationCodeChecks checks) {
        return authorizationCodeGrant(callbackUrl, checks, builder -> {});
    }

    /** The same for a callback URL as a {@link URI}, with the checks under the caller's own control. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            URI callbackUrl, AuthorizationCodeChecks checks, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(k -> AuthorizationCodeGrantKt.authorizationCodeGrant(
                client, callbackUrl.toString(), checks, dsl(configure), k));
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
        return calls.future(
                k -> AuthorizationCodeGrantKt.authorizationCodeGrant(client, callback, checks, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> authorizationCodeGrant(
            AuthorizationCallback callback, AuthorizationCodeChecks checks) {
        return authorizationCodeGrant(callback, checks, builder -> {});
    }

    /**
     * New tokens for the refresh token of {@code tokens} (<a
     * href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749 §6</a>).
     *
     * <p>An ID Token in the answer must be of the same sign-in as the earlier one: {@code iss}, {@code sub}, {@code
     * aud}, {@code azp}, and {@code auth_time} if both have it (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse">OpenID Connect Core §12.2</a>).
     * Where the server issues no new refresh token or ID Token, the result has the earlier ones.
     *
     * <p>A server that rotates refresh tokens takes each only once: refresh from one place at a time, and after a
     * {@link dev.openidclient.error.TransportException}, or a cancelled call, do not assume that the old one still
     * works.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where
     * {@code tokens} have no refresh token.
     */
    public CompletableFuture<TokenResponse> refreshTokenGrant(
            TokenResponse tokens, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(k -> RefreshTokenGrantKt.refreshTokenGrant(client, tokens, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> refreshTokenGrant(TokenResponse tokens) {
        return refreshTokenGrant(tokens, builder -> {});
    }

    /**
     * New tokens for {@code refreshToken} alone: an ID Token in the answer cannot be compared with the earlier one
     * here, which the overload for a {@link TokenResponse} does.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where
     * {@code refreshToken} is empty.
     */
    public CompletableFuture<TokenResponse> refreshTokenGrant(
            String refreshToken, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(k -> RefreshTokenGrantKt.refreshTokenGrant(client, refreshToken, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> refreshTokenGrant(String refreshToken) {
        return refreshTokenGrant(refreshToken, builder -> {});
    }

    /**
     * Tokens for the client itself (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749 §4.4</a>).
     * Fails with an {@link dev.openidclient.error.OAuthException}.
     */
    public CompletableFuture<TokenResponse> clientCredentialsGrant(Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(k -> ClientCredentialsGrantKt.clientCredentialsGrant(client, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> clientCredentialsGrant() {
        return clientCredentialsGrant(builder -> {});
    }

    /**
     * Any grant of the token endpoint, an extension grant above all (<a
     * href="https://www.rfc-editor.org/rfc/rfc6749#section-4.5">RFC 6749 §4.5</a>); its parameters are given in {@code
     * configure}.
     *
     * <p>An ID Token in the answer is validated but for nonce and authentication age. Fails with an {@link
     * dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where {@code grantType} is empty.
     */
    public CompletableFuture<TokenResponse> grant(String grantType, Consumer<? super TokenRequestBuilder> configure) {
        return calls.future(k -> GrantKt.grant(client, grantType, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> grant(String grantType) {
        return grant(grantType, builder -> {});
    }

    /**
     * Claims about the person that {@code tokens} are of (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">OpenID Connect Core §5.3</a>); {@code sub}
     * must be the ID Token's.
     *
     * <p>Fails with {@link dev.openidclient.error.WwwAuthenticateChallengeException} where the server refuses the
     * access token, with another {@link dev.openidclient.error.OAuthException} where anything does not hold; with
     * {@link IllegalArgumentException} where {@code tokens} came without an ID Token.
     */
    public CompletableFuture<UserInfo> userInfo(TokenResponse tokens) {
        return calls.future(k -> UserInfoRequestKt.userInfo(client, tokens, k));
    }

    /**
     * Claims about the person that {@code accessToken} is of; {@code sub} must be {@code expectedSubject}.
     *
     * <p>Fails as the overload for a {@link TokenResponse} does; with {@link IllegalArgumentException} where an
     * argument is empty.
     */
    public CompletableFuture<UserInfo> userInfo(String accessToken, String expectedSubject) {
        return calls.future(k -> UserInfoRequestKt.userInfo(client, accessToken, expectedSubject, k));
    }

    /**
     * Claims about whatever person {@code accessToken} is of. <b>Nothing ties them to a sign-in</b>: where there is an
     * ID Token, use {@link #userInfo(String, String)} with its subject (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse">OpenID Connect Core §5.3.2</a>).
     */
    public CompletableFuture<UserInfo> userInfoWithoutSubjectCheck(String accessToken) {
        return calls.future(k -> UserInfoRequestKt.userInfoWithoutSubjectCheck(client, accessToken, k));
    }

    /**
     * Where to send the person's browser to sign out at the server too (<a
     * href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated Logout
     * §2</a>). End your own session first. Sends nothing; {@code client_id} is added.
     *
     * @throws dev.openidclient.error.MetadataException where the server has no end session endpoint, or one that is not
     *     {@code https}
     */
    public String endSessionUrl(Consumer<? super EndSessionBuilder> configure) {
        return EndSessionKt.endSessionUrl(client, dsl(configure));
    }

    /** The same without further parameters. */
    public String endSessionUrl() {
        return endSessionUrl(builder -> {});
    }

    /**
     * Ends the calls in flight, whose futures fail with {@link java.util.concurrent.CancellationException} soon after;
     * later calls fail with {@link IllegalStateException}. Releases what the client made for itself, its HTTP engine,
     * and nothing that it was given: a transport, an executor, an {@link OpenIdClient} of {@link #of}. Closing again
     * does nothing.
     */
    @Override
    public void close() {
        calls.close();
        release.run();
    }

    /** Shows the issuer and the client id. */
    @Override
    public String toString() {
        return "Async" + client;
    }

    private static <B> Function1<B, Unit> dsl(Consumer<? super B> configure) {
        return builder -> {
            configure.accept(builder);
            return Unit.INSTANCE;
        };
    }
}
