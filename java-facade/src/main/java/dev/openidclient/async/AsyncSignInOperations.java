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
import dev.openidclient.authorization.RequestObjectByReference;
import dev.openidclient.authorization.RequestObjectByReferenceKt;
import dev.openidclient.authorization.RequestObjectKt;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.http.Parameters;
import dev.openidclient.jose.ModifyAssertion;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.AuthorizationCodeGrantKt;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.ImplicitAuthenticationKt;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an {@link AsyncOpenIdClient} that sign a person in with a browser.
 * What that class says of threads, cancellation and errors holds here; nothing else extends this one.
 */
public abstract class AsyncSignInOperations extends AsyncLogoutOperations {
    AsyncSignInOperations(OpenIdClient client, Calls calls) {
        super(client, calls);
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
     * The signed {@code request} ({@link #sign}) by reference: its URL has {@code client_id} and {@code request_uri}, and
     * with {@code openid} also {@code response_type} and {@code scope}. {@code uri} is where you serve {@link
     * RequestObjectByReference#getContent}, one for each request; the hash of the content is its fragment, unless the
     * client metadata has it among its {@code request_uris} without one. The request object lives 60 seconds. Sends
     * nothing.
     *
     * <p>The page {@code docs/special-requests.md} shows it.
     *
     * @throws dev.openidclient.error.MetadataException where the server says that it takes none, or {@code uri} is not
     *     {@code https}
     * @throws IllegalArgumentException where {@code request} is not signed, is pushed already or another client's, or
     *     where {@code uri} is no absolute URL, has a fragment, or has more than 512 characters with that of the hash
     */
    public RequestObjectByReference byReference(AuthorizationRequest request, String uri) {
        return RequestObjectByReferenceKt.byReference(client, request, uri);
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
}
