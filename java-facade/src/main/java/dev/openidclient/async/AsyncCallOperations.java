package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.OpenIdClient;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.resource.ResourceCallKt;
import dev.openidclient.resource.ResourceRequestBuilder;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.JwtClaims;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.token.VerifyIdTokenKt;
import dev.openidclient.token.VerifyJwtKt;
import dev.openidclient.userinfo.UserInfo;
import dev.openidclient.userinfo.UserInfoRequestKt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an {@link AsyncOpenIdClient} that use tokens: calls, UserInfo, verification.
 * What that class says of threads, cancellation and errors holds here; nothing else extends this one.
 */
public abstract class AsyncCallOperations extends AsyncDeviceOperations {
    AsyncCallOperations(OpenIdClient client, Calls calls) {
        super(client, calls);
    }

    // ---- What tokens open, and what they say: OpenID Connect Core §5.3, RFC 6750 ----

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
                k -> ResourceCallKt.resource(client, requireNonNull(url, "url"), tokens, dsl(configure), k));
    }

    /** The same for a {@code GET} without headers of the caller's own. */
    public CompletableFuture<HttpResponse> resource(String url, TokenResponse tokens) {
        return resource(url, tokens, builder -> {});
    }

    /** The same with an access token alone: as DPoP where the client has a DPoP key, else as Bearer. */
    public CompletableFuture<HttpResponse> resource(
            String url, String accessToken, Consumer<? super ResourceRequestBuilder> configure) {
        return requests.future(
                k -> ResourceCallKt.resource(client, requireNonNull(url, "url"), accessToken, dsl(configure), k));
    }

    /** The same for a {@code GET} without headers of the caller's own. */
    public CompletableFuture<HttpResponse> resource(String url, String accessToken) {
        return resource(url, accessToken, builder -> {});
    }
}
