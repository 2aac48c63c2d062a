package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.IdentityAssertion;
import dev.openidclient.agent.IdentityAssertionKt;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.client.SendingAtOnceKt;
import dev.openidclient.token.ClientCredentialsGrantKt;
import dev.openidclient.token.GrantKt;
import dev.openidclient.token.IntrospectionKt;
import dev.openidclient.token.IntrospectionResponse;
import dev.openidclient.token.JwtBearerGrantKt;
import dev.openidclient.token.RefreshTokenGrantKt;
import dev.openidclient.token.RevocationKt;
import dev.openidclient.token.SamlBearerGrantKt;
import dev.openidclient.token.TokenExchangeGrantKt;
import dev.openidclient.token.TokenQueryBuilder;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.token.TokenType;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an {@link AsyncOpenIdClient} that get tokens, ask about them and revoke them.
 * What that class says of threads, cancellation and errors holds here; nothing else extends this one.
 */
public abstract class AsyncTokenOperations {
    final OpenIdClient client;
    final Calls calls;

    /** Those that begin with a request. */
    final Calls requests;

    AsyncTokenOperations(OpenIdClient client, Calls calls) {
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

    // ---- Identity assertions: draft-ietf-oauth-identity-assertion-authz-grant-04, which may still change ----

    /**
     * Asks this provider, with the ID Token of {@code tokens}, for an assertion to the server with the issuer {@code
     * audience} (<a href="https://www.rfc-editor.org/rfc/rfc8693#section-2">RFC 8693 §2</a>, draft §4.3). {@code
     * resource}, {@code scope} and {@code authorizationDetails} of the access that is wanted there are named in {@code
     * configure}.
     *
     * <p>What comes must be an identity assertion and no access token, from this provider and for {@code audience}
     * alone, and bound to the DPoP key where the client has one. Fails with {@link
     * dev.openidclient.error.ValidationException} where it is something else, with {@link
     * dev.openidclient.error.MetadataException} where the provider does not list that it issues any, with another {@link
     * dev.openidclient.error.OAuthException} where it refuses; with {@link IllegalArgumentException} where {@code
     * tokens} have no ID Token, or are another client's or of another issuer, or {@code audience} is empty.
     *
     * <p>The page {@code docs/workload-identity.md} shows both steps.
     */
    public CompletableFuture<IdentityAssertion> identityAssertion(
            TokenResponse tokens, String audience, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> IdentityAssertionKt.identityAssertion(client, tokens, audience, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<IdentityAssertion> identityAssertion(TokenResponse tokens, String audience) {
        return identityAssertion(tokens, audience, builder -> {});
    }

    /**
     * The same with {@code subjectToken} of {@code subjectTokenType}: {@link TokenType#ID_TOKEN}, {@link
     * TokenType#SAML2} or {@link TokenType#REFRESH_TOKEN}.
     */
    public CompletableFuture<IdentityAssertion> identityAssertion(
            String subjectToken,
            String subjectTokenType,
            String audience,
            Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> IdentityAssertionKt.identityAssertion(
                client,
                subjectToken,
                requireNonNull(subjectTokenType, "subjectTokenType"),
                requireNonNull(audience, "audience"),
                dsl(configure),
                k));
    }

    /** The same without further parameters. */
    public CompletableFuture<IdentityAssertion> identityAssertion(
            String subjectToken, String subjectTokenType, String audience) {
        return identityAssertion(subjectToken, subjectTokenType, audience, builder -> {});
    }

    /**
     * An access token of this client's server for {@code assertion} (<a
     * href="https://www.rfc-editor.org/rfc/rfc7523#section-2.1">RFC 7523 §2.1</a>, draft §4.4). When it has expired the
     * same assertion gives another one while it lives; a refresh token is not to be expected. Fails with {@link
     * dev.openidclient.error.MetadataException} where the server's metadata lists grant profiles without this one, with
     * another {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} where {@code
     * assertion} is for another server.
     *
     * <p>The page {@code docs/workload-identity.md} shows both steps.
     */
    public CompletableFuture<TokenResponse> jwtBearerGrant(
            IdentityAssertion assertion, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> IdentityAssertionKt.jwtBearerGrant(client, assertion, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> jwtBearerGrant(IdentityAssertion assertion) {
        return jwtBearerGrant(assertion, builder -> {});
    }

    // ---- What becomes of tokens: RFC 7662, RFC 7009 ----

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
