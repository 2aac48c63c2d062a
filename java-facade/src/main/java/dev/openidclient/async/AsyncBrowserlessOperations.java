package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.ciba.BackchannelAuthenticationBuilder;
import dev.openidclient.ciba.BackchannelAuthenticationGrantKt;
import dev.openidclient.ciba.BackchannelAuthenticationKt;
import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.client.SendingAtOnceKt;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.device.DeviceAuthorizationBuilder;
import dev.openidclient.device.DeviceAuthorizationKt;
import dev.openidclient.device.DeviceCodeGrantKt;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.resource.ProtectedResourceKt;
import dev.openidclient.resource.ResourceRequestBuilder;
import dev.openidclient.token.ClientCredentialsGrantKt;
import dev.openidclient.token.GrantKt;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.IntrospectionKt;
import dev.openidclient.token.IntrospectionResponse;
import dev.openidclient.token.JwtBearerGrantKt;
import dev.openidclient.token.JwtClaims;
import dev.openidclient.token.Poll;
import dev.openidclient.token.RefreshTokenGrantKt;
import dev.openidclient.token.RevocationKt;
import dev.openidclient.token.SamlBearerGrantKt;
import dev.openidclient.token.TokenExchangeGrantKt;
import dev.openidclient.token.TokenQueryBuilder;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.token.TokenType;
import dev.openidclient.token.VerifyIdTokenKt;
import dev.openidclient.token.VerifyJwtKt;
import dev.openidclient.userinfo.UserInfo;
import dev.openidclient.userinfo.UserInfoRequestKt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an {@link AsyncOpenIdClient} in which no browser has a part: grants, what other devices decide,
 * tokens, and the resources that they open. Nothing but that class extends it, and what it says of threads, cancellation
 * and errors holds here.
 */
public abstract class AsyncBrowserlessOperations {
    final OpenIdClient client;
    final Calls calls;

    /** Those that begin with a request. */
    final Calls requests;

    AsyncBrowserlessOperations(OpenIdClient client, Calls calls) {
        this.client = client;
        this.calls = calls;
        this.requests = SendingAtOnceKt.sendsAtOnce(client) ? calls.sendingAtOnce() : calls;
    }

    // ---- Grants: RFC 6749 §4.4 to §6, RFC 8693, RFC 7523, RFC 7522 ----

    /**
     * New tokens for the refresh token of {@code tokens} (<a
     * href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749 §6</a>).
     *
     * <p>An ID Token in the answer must be of the same sign-in as the earlier one: {@code iss}, {@code sub}, {@code
     * aud}, {@code azp}, and {@code auth_time} if both have it (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse">OpenID Connect Core §12.2</a>).
     * Where the server issues no new refresh token or ID Token, the result has the earlier ones. The {@code resource}
     * of {@code tokens} are named again, unless {@code configure} names some.
     *
     * <p>A server that rotates refresh tokens takes each only once: refresh from one place at a time, and after a
     * {@link dev.openidclient.error.TransportException}, or a cancelled call, do not assume that the old one still
     * works.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where
     * {@code tokens} have no refresh token, or are another client's or of another issuer.
     *
     * <p>The page {@code docs/tokens.md} shows when to refresh, and what to keep where it fails.
     */
    public CompletableFuture<TokenResponse> refreshTokenGrant(
            TokenResponse tokens, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> RefreshTokenGrantKt.refreshTokenGrant(client, tokens, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> refreshTokenGrant(TokenResponse tokens) {
        return refreshTokenGrant(tokens, builder -> {});
    }

    /**
     * New tokens for {@code refreshToken} alone: an ID Token in the answer cannot be compared with the earlier one
     * here, which the overload for a {@link TokenResponse} does. Where the server issues no new refresh token, the
     * result has {@code refreshToken}.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where
     * {@code refreshToken} is empty.
     */
    public CompletableFuture<TokenResponse> refreshTokenGrant(
            String refreshToken, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> RefreshTokenGrantKt.refreshTokenGrant(client, refreshToken, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> refreshTokenGrant(String refreshToken) {
        return refreshTokenGrant(refreshToken, builder -> {});
    }

    /**
     * Tokens for the client itself (<a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749 §4.4</a>).
     * Fails with an {@link dev.openidclient.error.OAuthException}.
     *
     * <p>The page {@code docs/client-credentials.md} shows a service that keeps its token.
     */
    public CompletableFuture<TokenResponse> clientCredentialsGrant(Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> ClientCredentialsGrantKt.clientCredentialsGrant(client, dsl(configure), k));
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
     *
     * <p>The page {@code docs/specifications.md} lists the grants that have a method of their own.
     */
    public CompletableFuture<TokenResponse> grant(String grantType, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> GrantKt.grant(client, grantType, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> grant(String grantType) {
        return grant(grantType, builder -> {});
    }

    /**
     * Exchanges {@code subjectToken}, of {@code subjectTokenType} (one of {@link TokenType} or another URI), for another
     * token (<a href="https://www.rfc-editor.org/rfc/rfc8693#section-2">RFC 8693 §2</a>); what was issued is {@link
     * TokenResponse#getIssuedTokenType}. Other parameters ({@code audience}, {@code requested_token_type}, {@code
     * actor_token} with {@code actor_token_type}) are given in {@code configure}.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where an
     * argument is empty.
     *
     * <p>The page {@code docs/tokens.md} shows an exchange.
     */
    public CompletableFuture<TokenResponse> tokenExchangeGrant(
            String subjectToken, String subjectTokenType, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k ->
                TokenExchangeGrantKt.tokenExchangeGrant(client, subjectToken, subjectTokenType, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> tokenExchangeGrant(String subjectToken, String subjectTokenType) {
        return tokenExchangeGrant(subjectToken, subjectTokenType, builder -> {});
    }

    /** The same for an access token. */
    public CompletableFuture<TokenResponse> tokenExchangeGrant(
            String subjectToken, Consumer<? super TokenRequestBuilder> configure) {
        return tokenExchangeGrant(subjectToken, TokenType.ACCESS_TOKEN, configure);
    }

    /** The same for an access token, without further parameters. */
    public CompletableFuture<TokenResponse> tokenExchangeGrant(String subjectToken) {
        return tokenExchangeGrant(subjectToken, TokenType.ACCESS_TOKEN);
    }

    /**
     * Tokens for a JWT that another party issued, {@code assertion} (<a
     * href="https://www.rfc-editor.org/rfc/rfc7523#section-2.1">RFC 7523 §2.1</a>). Fails with an {@link
     * dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where {@code assertion} is empty.
     *
     * <p>The page {@code docs/tokens.md} shows it with the other assertions.
     */
    public CompletableFuture<TokenResponse> jwtBearerGrant(
            String assertion, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> JwtBearerGrantKt.jwtBearerGrant(client, assertion, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> jwtBearerGrant(String assertion) {
        return jwtBearerGrant(assertion, builder -> {});
    }

    /**
     * Tokens for a SAML 2.0 assertion, {@code assertion} as XML text (<a
     * href="https://www.rfc-editor.org/rfc/rfc7522#section-2.1">RFC 7522 §2.1</a>); it is sent as base64url. Fails as
     * {@link #jwtBearerGrant(String)} does.
     *
     * <p>The page {@code docs/tokens.md} names it beside the other assertions.
     */
    public CompletableFuture<TokenResponse> samlBearerGrant(
            String assertion, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k ->
                SamlBearerGrantKt.samlBearerGrant(client, requireNonNull(assertion, "assertion"), dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> samlBearerGrant(String assertion) {
        return samlBearerGrant(assertion, builder -> {});
    }

    // ---- A person decides on another device: RFC 8628, CIBA ----

    /**
     * Starts a sign-in on another device (<a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.1">RFC 8628
     * §3.1</a>): show the person {@link DeviceAuthorization#getVerificationUri} and {@link
     * DeviceAuthorization#getUserCode}, then call {@link #deviceCodeGrant(DeviceAuthorization)}. Fails with an {@link
     * dev.openidclient.error.OAuthException}.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows the whole flow.
     */
    public CompletableFuture<DeviceAuthorization> deviceAuthorization(
            Consumer<? super DeviceAuthorizationBuilder> configure) {
        return requests.future(k -> DeviceAuthorizationKt.deviceAuthorization(client, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<DeviceAuthorization> deviceAuthorization() {
        return deviceAuthorization(builder -> {});
    }

    /**
     * Waits until the person has decided on the other device and brings the tokens (<a
     * href="https://www.rfc-editor.org/rfc/rfc8628#section-3.4">RFC 8628 §3.4</a>). Cancel the future to stop.
     *
     * <p>Polls at the server's interval, slows down as it asks, and goes on after network failures, {@code 429} and
     * {@code 5xx}, ever more slowly, until the code expires: then {@link dev.openidclient.error.TransportException} with
     * the code {@link dev.openidclient.error.ErrorCode#TIMEOUT}. Fails with {@link
     * dev.openidclient.error.ResponseBodyException} where the person or the server refuses ({@code access_denied},
     * {@code expired_token}), with another {@link dev.openidclient.error.OAuthException} where the answer may not be
     * trusted. {@code configure} runs for each poll.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows what ends the polling.
     */
    public CompletableFuture<TokenResponse> deviceCodeGrant(
            DeviceAuthorization device, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> DeviceCodeGrantKt.deviceCodeGrant(client, device, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> deviceCodeGrant(DeviceAuthorization device) {
        return deviceCodeGrant(device, builder -> {});
    }

    /**
     * The same with a {@code listener} that sees what each poll brought, one after the other: {@link Poll.Pending} and
     * {@link Poll.Failed} while it goes on, {@link Poll.Granted} at the end, before the future completes. The polling
     * waits for it; what it throws ends the polling and fails the future. Failures that end the polling go to the future
     * only.
     */
    public CompletableFuture<TokenResponse> deviceCodeGrant(
            DeviceAuthorization device,
            Consumer<? super TokenRequestBuilder> configure,
            Consumer<? super Poll> listener) {
        return requests.future(
                k -> Polls.tokens(DeviceCodeGrantKt.deviceCodePolls(client, device, dsl(configure)), listener, k));
    }

    /**
     * Asks a person, whom a hint names, to agree on a device of their own (<a
     * href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request">CIBA
     * §7</a>); then call {@link #backchannelAuthenticationGrant(BackchannelAuthenticationResponse)}. Fails with an
     * {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} unless exactly one hint is
     * given, or a signed {@code request} in place of all, and where the security profile demands a signed one and this
     * is none.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows the whole flow.
     */
    public CompletableFuture<BackchannelAuthenticationResponse> backchannelAuthentication(
            Consumer<? super BackchannelAuthenticationBuilder> configure) {
        return requests.future(k -> BackchannelAuthenticationKt.backchannelAuthentication(client, dsl(configure), k));
    }

    /**
     * Waits until the person has decided and brings the tokens (<a
     * href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_request">CIBA
     * §10.1</a>). Cancel the future to stop.
     *
     * <p>In ping mode complete {@code ping}, in any way but exceptionally, when the server's ping for {@link
     * BackchannelAuthenticationResponse#getAuthReqId} has come (<a
     * href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#ping_callback">CIBA
     * §10.2</a>): then the next poll comes at once, whatever is left of the interval. Without one, or until then, the
     * interval alone counts, so that a ping that is lost loses nothing.
     *
     * <p>Polls, and fails, as {@link #deviceCodeGrant(DeviceAuthorization, Consumer)} does; the ID Token must have been
     * issued within the last hour.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows poll and ping.
     */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response,
            @Nullable CompletionStage<?> ping,
            Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> BackchannelAuthenticationGrantKt.backchannelAuthenticationGrant(
                client, response, Polls.signal(ping), dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response, @Nullable CompletionStage<?> ping) {
        return backchannelAuthenticationGrant(response, ping, builder -> {});
    }

    /** The same without a ping. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response, Consumer<? super TokenRequestBuilder> configure) {
        return backchannelAuthenticationGrant(response, (CompletionStage<?>) null, configure);
    }

    /** The same without a ping and further parameters. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(BackchannelAuthenticationResponse response) {
        return backchannelAuthenticationGrant(response, builder -> {});
    }

    /**
     * The same with a {@code listener}, as of {@link #deviceCodeGrant(DeviceAuthorization, Consumer, Consumer)}.
     */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response,
            @Nullable CompletionStage<?> ping,
            Consumer<? super TokenRequestBuilder> configure,
            Consumer<? super Poll> listener) {
        return requests.future(k -> Polls.tokens(
                BackchannelAuthenticationGrantKt.backchannelAuthenticationPolls(
                        client, response, Polls.signal(ping), dsl(configure)),
                listener,
                k));
    }

    /** The same without a ping. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response,
            Consumer<? super TokenRequestBuilder> configure,
            Consumer<? super Poll> listener) {
        return backchannelAuthenticationGrant(response, null, configure, listener);
    }

    // ---- Tokens and what they open: OpenID Connect Core §5.3, RFC 6750, RFC 7662, RFC 7009 ----

    /**
     * Validates an ID Token that came by another way than a sign-in of this client, as from an Android app that sends
     * it to its backend (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation">OpenID Connect Core
     * §3.1.3.7</a>): every rule of an ID Token, and always its signature. The token must be for this client ({@code
     * aud}), and signed with a key of the server: an HMAC is refused, for it says no more than that somebody has the
     * client secret.
     *
     * <p>{@code nonce} is the one that this backend gave to the app, null where it gave none, and then the token must
     * have none. {@code authorizedParty} is the app's own client id where the app got the token for this backend:
     * {@code azp} must be exactly that; null: {@code azp}, which a token for several audiences must have, must be this
     * client's wherever it is there, for servers issue tokens for this client's audience to other clients too. Fails
     * with an {@link dev.openidclient.error.OAuthException} where the token may not be trusted.
     *
     * <p>The page {@code docs/specifications.md} leads to a recipe.
     */
    public CompletableFuture<IdTokenClaims> verifyIdToken(
            String idToken, @Nullable String nonce, @Nullable String authorizedParty) {
        return calls.future(k -> VerifyIdTokenKt.verifyIdToken(client, idToken, nonce, authorizedParty, k));
    }

    /** The same for a token that was issued to this client itself. */
    public CompletableFuture<IdTokenClaims> verifyIdToken(String idToken, @Nullable String nonce) {
        return verifyIdToken(idToken, nonce, null);
    }

    /**
     * Verifies {@code jwt}, one that the server issued for something else than a sign-in, with the server's keys:
     * always its signature, {@code iss}, and the times that it has (<a
     * href="https://www.rfc-editor.org/rfc/rfc7519#section-4.1">RFC 7519 §4.1</a>). What its claims mean is the caller's
     * to judge.
     *
     * <p>{@code typ} is the kind that it must say it is, as {@code secevent+jwt} (<a
     * href="https://www.rfc-editor.org/rfc/rfc8725#section-3.11">RFC 8725 §3.11</a>); {@code audience} is whom it must
     * be for ({@code aud}); null: it must have no {@code aud}. Signatures of ML-DSA are taken only where the server lists
     * that for ID Tokens.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where the JWT may not be trusted, and with {@link
     * IllegalArgumentException} where {@code typ} is the kind of ID Tokens ({@code JWT}), access tokens ({@code at+jwt})
     * or logout tokens ({@code logout+jwt}), which have rules of their own.
     *
     * <p>The page {@code docs/logout.md} shows it with a logout token.
     */
    public CompletableFuture<JwtClaims> verifyJwt(String jwt, String typ, @Nullable String audience) {
        return calls.future(k -> VerifyJwtKt.verifyJwt(client, jwt, typ, audience, k));
    }

    /**
     * Claims about the person that {@code tokens} are of (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">OpenID Connect Core §5.3</a>); {@code sub}
     * must be the ID Token's.
     *
     * <p>Fails with {@link dev.openidclient.error.WwwAuthenticateChallengeException} where the server refuses the
     * access token, with another {@link dev.openidclient.error.OAuthException} where anything does not hold; with
     * {@link IllegalArgumentException} where {@code tokens} came without an ID Token, are another client's or of another
     * issuer, or where their access token is bound to a DPoP key and this client has none.
     *
     * <p>The page {@code docs/sign-in.md} shows it after a sign-in.
     */
    public CompletableFuture<UserInfo> userInfo(TokenResponse tokens) {
        return requests.future(k -> UserInfoRequestKt.userInfo(client, tokens, k));
    }

    /**
     * The same by {@code POST}, with the access token in the form and no {@code Authorization} header (<a
     * href="https://www.rfc-editor.org/rfc/rfc6750#section-2.2">RFC 6750 §2.2</a>): for servers that take it only so.
     * Prefer {@link #userInfo(TokenResponse)}.
     *
     * <p>Fails as that does, and with {@link IllegalArgumentException} where the access token is bound to a DPoP key,
     * which takes the header, or the client has a security profile.
     */
    public CompletableFuture<UserInfo> userInfoByPost(TokenResponse tokens) {
        return calls.future(k -> UserInfoRequestKt.userInfoByPost(client, tokens, k));
    }

    /**
     * Claims about the person that {@code accessToken} is of; {@code sub} must be {@code expectedSubject}.
     *
     * <p>Fails as the overload for a {@link TokenResponse} does; with {@link IllegalArgumentException} where an
     * argument is empty.
     */
    public CompletableFuture<UserInfo> userInfo(String accessToken, String expectedSubject) {
        return requests.future(k -> UserInfoRequestKt.userInfo(client, accessToken, expectedSubject, k));
    }

    /**
     * Claims about whatever person {@code accessToken} is of. <b>Nothing ties them to a sign-in</b>: where there is an
     * ID Token, use {@link #userInfo(String, String)} with its subject (<a
     * href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse">OpenID Connect Core §5.3.2</a>).
     */
    public CompletableFuture<UserInfo> userInfoWithoutSubjectCheck(String accessToken) {
        return requests.future(k -> UserInfoRequestKt.userInfoWithoutSubjectCheck(client, accessToken, k));
    }

    /**
     * Calls a protected resource with the access token of {@code tokens}: as DPoP where the token is bound to a key,
     * else as Bearer (<a href="https://www.rfc-editor.org/rfc/rfc6750#section-2.1">RFC 6750 §2.1</a>, <a
     * href="https://www.rfc-editor.org/rfc/rfc9449#section-7">RFC 9449 §7</a>).
     *
     * <p>Brings the answer, whatever its status, with its whole body; redirects are not followed. Fails with {@link
     * dev.openidclient.error.WwwAuthenticateChallengeException} where the answer has a challenge, whatever its status;
     * with {@link dev.openidclient.error.TransportException} where there is none; with {@link
     * dev.openidclient.error.MetadataException} where {@code url} is not {@code https}; with {@link
     * IllegalArgumentException} where it is no absolute URL, where the token is bound to a key and this client has
     * none, or where {@code tokens} are another client's, of another issuer, or have no access token ({@code
     * token_type=N_A}).
     *
     * <p>The page {@code docs/calling-apis.md} shows calls with bearer tokens, DPoP and client certificates.
     */
    public CompletableFuture<HttpResponse> resource(
            String url, TokenResponse tokens, Consumer<? super ResourceRequestBuilder> configure) {
        return requests.future(
                k -> ProtectedResourceKt.resource(client, requireNonNull(url, "url"), tokens, dsl(configure), k));
    }

    /** The same for a {@code GET} without headers of the caller's own. */
    public CompletableFuture<HttpResponse> resource(String url, TokenResponse tokens) {
        return resource(url, tokens, builder -> {});
    }

    /** The same with an access token alone: as DPoP where the client has a DPoP key, else as Bearer. */
    public CompletableFuture<HttpResponse> resource(
            String url, String accessToken, Consumer<? super ResourceRequestBuilder> configure) {
        return requests.future(
                k -> ProtectedResourceKt.resource(client, requireNonNull(url, "url"), accessToken, dsl(configure), k));
    }

    /** The same for a {@code GET} without headers of the caller's own. */
    public CompletableFuture<HttpResponse> resource(String url, String accessToken) {
        return resource(url, accessToken, builder -> {});
    }

    /**
     * Asks the server whether {@code token} is active, and what it is for (<a
     * href="https://www.rfc-editor.org/rfc/rfc7662#section-2">RFC 7662 §2</a>). With {@code
     * introspection_signed_response_alg} in the client metadata the answer must be a signed JWT (<a
     * href="https://www.rfc-editor.org/rfc/rfc9701">RFC 9701</a>).
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where
     * {@code token} is empty.
     *
     * <p>The page {@code docs/tokens.md} shows it.
     */
    public CompletableFuture<IntrospectionResponse> introspect(
            String token, Consumer<? super TokenQueryBuilder> configure) {
        return requests.future(k -> IntrospectionKt.introspect(client, token, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<IntrospectionResponse> introspect(String token) {
        return introspect(token, builder -> {});
    }

    /**
     * Makes the server forget {@code token}, an access or a refresh token (<a
     * href="https://www.rfc-editor.org/rfc/rfc7009#section-2">RFC 7009 §2</a>); one that it does not know is no error.
     * Fails as {@link #introspect(String)} does.
     *
     * <p>The page {@code docs/tokens.md} shows when, {@code docs/logout.md} shows it in a logout.
     */
    public CompletableFuture<@Nullable Void> revoke(String token, Consumer<? super TokenQueryBuilder> configure) {
        return requests.completion(k -> RevocationKt.revoke(client, token, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<@Nullable Void> revoke(String token) {
        return revoke(token, builder -> {});
    }
}
