package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.authorization.Pkce;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.http.Parameters;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AuthorizationTest {
    private static final String REDIRECT_URI = "https://rp.example.com/callback";
    private static final Consumer<TokenRequestBuilder> RESOURCE =
            request -> request.resource("https://api.example.com");

    private final StubServer server = new StubServer();
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private PendingAuthorization pending() {
        return client.authorizationRequest(
                        request -> request.redirectUri(REDIRECT_URI).scope("openid", "email"))
                .getPending();
    }

    private static String callbackUrl(String state) {
        return REDIRECT_URI + "?code=the-code&state=" + state;
    }

    private static AuthorizationCallback formPost(String state) {
        return AuthorizationCallback.formPost(REDIRECT_URI, "code=the-code&state=" + state);
    }

    @Test
    @DisplayName("an authorization request chains its parameters and makes PKCE, state and nonce")
    void requests() {
        var request = client.authorizationRequest(
                builder -> builder.redirectUri(REDIRECT_URI).scope("openid").parameter("tenant", "a"));

        var parameters = request.getParameters();
        assertTrue(request.getUrl().startsWith(server.issuer() + "/authorize?"));
        assertEquals(REDIRECT_URI, parameters.get("redirect_uri"));
        assertEquals("a", parameters.get("tenant"));
        assertEquals(request.getPending().getState(), parameters.get("state"));
        assertEquals(request.getPending().getNonce(), parameters.get("nonce"));
        assertEquals("S256", parameters.get("code_challenge_method"));
        assertNotNull(client.authorizationRequest().getPending().getCodeVerifier());
    }

    @Test
    @DisplayName("an authorization request throws where the server has no authorization endpoint")
    void needsAnEndpoint() {
        var metadata = AuthorizationServerMetadata.parse("{\"issuer\":\"https://as.example.com\"}");
        try (var bare = AsyncOpenIdClient.create(metadata, CLIENT_ID)) {
            assertThrows(MetadataException.class, bare::authorizationRequest);
            assertThrows(MetadataException.class, () -> bare.authorizationUrl(Parameters.EMPTY));
            assertThrows(MetadataException.class, bare::endSessionUrl);
        }
    }

    @Test
    @DisplayName("an authorization URL has the caller's parameters as they are")
    void urlOfParameters() {
        String url = client.authorizationUrl(Parameters.of(Map.of("state", "mine")));

        assertEquals(server.issuer() + "/authorize?state=mine&client_id=" + CLIENT_ID + "&response_type=code", url);
    }

    @Test
    @DisplayName("an end session URL names the client and what the builder says")
    void endSession() {
        assertEquals(server.issuer() + "/logout?client_id=" + CLIENT_ID, client.endSessionUrl());
        assertEquals(
                server.issuer() + "/logout?id_token_hint=jwt&client_id=" + CLIENT_ID,
                client.endSessionUrl(builder -> builder.idTokenHint("jwt")));
    }

    @Test
    @DisplayName("random values are fresh")
    void randomValues() {
        assertNotEquals(AsyncOpenIdClient.randomState(), AsyncOpenIdClient.randomState());
        assertNotEquals(AsyncOpenIdClient.randomNonce(), AsyncOpenIdClient.randomNonce());
        assertEquals(43, AsyncOpenIdClient.randomState().length());
        assertEquals(43, AsyncOpenIdClient.randomNonce().length());
    }

    /** Each overload for a pending authorization, called with a state; with configure where the flag says so. */
    private Map<String, BiFunction<PendingAuthorization, String, CompletableFuture<TokenResponse>>> withPending() {
        return Map.of(
                "text", (pending, state) -> client.authorizationCodeGrant(callbackUrl(state), pending),
                "text, configured",
                        (pending, state) -> client.authorizationCodeGrant(callbackUrl(state), pending, RESOURCE),
                "URI", (pending, state) -> client.authorizationCodeGrant(URI.create(callbackUrl(state)), pending),
                "URI, configured",
                        (pending, state) ->
                                client.authorizationCodeGrant(URI.create(callbackUrl(state)), pending, RESOURCE),
                "callback", (pending, state) -> client.authorizationCodeGrant(formPost(state), pending),
                "callback, configured",
                        (pending, state) -> client.authorizationCodeGrant(formPost(state), pending, RESOURCE));
    }

    @TestFactory
    @DisplayName("a code is exchanged against a pending authorization")
    Stream<DynamicTest> exchangesWithPending() {
        return withPending().entrySet().stream()
                .map(overload -> DynamicTest.dynamicTest(overload.getKey(), () -> {
                    var pending = PendingAuthorization.decode(pending().encode());
                    server.answer("/token", 200, server.tokensWithIdToken(pending.getNonce()));

                    var tokens = success(overload.getValue().apply(pending, pending.getState()));

                    var sent = server.lastTo("/token").form;
                    assertEquals("the-access-token", tokens.getAccessToken());
                    assertEquals(StubServer.SUBJECT, tokens.getClaims().getSubject());
                    assertEquals("the-code", sent.get("code"));
                    assertEquals(REDIRECT_URI, sent.get("redirect_uri"));
                    assertEquals(pending.getCodeVerifier(), sent.get("code_verifier"));
                    assertEquals(resources(overload.getKey()), sent.all("resource"));
                }));
    }

    @TestFactory
    @DisplayName("a callback with another state is refused before anything is sent")
    Stream<DynamicTest> refusesAnotherState() {
        return withPending().entrySet().stream()
                .map(overload -> DynamicTest.dynamicTest(overload.getKey(), () -> {
                    failure(ValidationException.class, overload.getValue().apply(pending(), "another"));
                    assertTrue(server.received.isEmpty());
                }));
    }

    /** Each overload for checks of the caller's own. */
    private Map<String, BiFunction<AuthorizationCodeChecks, String, CompletableFuture<TokenResponse>>> withChecks() {
        return Map.of(
                "text", (checks, state) -> client.authorizationCodeGrant(callbackUrl(state), checks),
                "text, configured",
                        (checks, state) -> client.authorizationCodeGrant(callbackUrl(state), checks, RESOURCE),
                "URI", (checks, state) -> client.authorizationCodeGrant(URI.create(callbackUrl(state)), checks),
                "URI, configured",
                        (checks, state) ->
                                client.authorizationCodeGrant(URI.create(callbackUrl(state)), checks, RESOURCE),
                "callback", (checks, state) -> client.authorizationCodeGrant(formPost(state), checks),
                "callback, configured",
                        (checks, state) -> client.authorizationCodeGrant(formPost(state), checks, RESOURCE));
    }

    @TestFactory
    @DisplayName("a code is exchanged against checks of the caller's own")
    Stream<DynamicTest> exchangesWithChecks() {
        return withChecks().entrySet().stream()
                .map(overload -> DynamicTest.dynamicTest(overload.getKey(), () -> {
                    var pkce = Pkce.generate();
                    var checks = new AuthorizationCodeChecks();
                    checks.expectedState("mine");
                    checks.expectedNonce("my-nonce");
                    checks.pkceCodeVerifier(pkce.getCodeVerifier());
                    server.answer("/token", 200, server.tokensWithIdToken("my-nonce"));

                    var tokens = success(overload.getValue().apply(checks, "mine"));

                    var sent = server.lastTo("/token").form;
                    assertEquals("my-nonce", tokens.getClaims().getNonce());
                    assertEquals(pkce.getCodeVerifier(), sent.get("code_verifier"));
                    assertEquals(REDIRECT_URI, sent.get("redirect_uri"));
                    assertEquals(resources(overload.getKey()), sent.all("resource"));
                }));
    }

    @TestFactory
    @DisplayName("an ID Token with another nonce is refused")
    Stream<DynamicTest> refusesAnotherNonce() {
        return withChecks().entrySet().stream()
                .map(overload -> DynamicTest.dynamicTest(overload.getKey(), () -> {
                    var checks = new AuthorizationCodeChecks(
                            own -> own.skipStateCheck().expectedNonce("my-nonce"));
                    server.answer("/token", 200, server.tokensWithIdToken("another"));

                    failure(ValidationException.class, overload.getValue().apply(checks, "any"));
                }));
    }

    @Test
    @DisplayName("an error of the server in the callback is told with its name")
    void tellsTheServersRefusal() {
        var pending = pending();
        String url = REDIRECT_URI + "?error=access_denied&error_description=no&state=" + pending.getState();

        var refused = failure(AuthorizationResponseException.class, client.authorizationCodeGrant(url, pending));

        assertEquals("access_denied", refused.getError());
        assertEquals("no", refused.getErrorDescription());
    }

    @Test
    @DisplayName("a missing ID Token and an OAuth error fail the exchange")
    void failsTheExchange() {
        var pending = pending();
        Supplier<CompletableFuture<TokenResponse>> grant =
                () -> client.authorizationCodeGrant(callbackUrl(pending.getState()), pending);

        server.answer("/token", 200, StubServer.TOKENS);
        failure(InvalidResponseException.class, grant.get());
        server.answer("/token", 400, "{\"error\":\"invalid_grant\"}");
        assertEquals(
                "invalid_grant",
                failure(ResponseBodyException.class, grant.get()).getError());
    }

    @Test
    @DisplayName("a null argument fails the future and throws nothing")
    void deliversNullArguments() {
        failure(NullPointerException.class, client.authorizationCodeGrant((String) null, pending()));
        failure(NullPointerException.class, client.authorizationCodeGrant((URI) null, pending()));
        failure(NullPointerException.class, client.clientCredentialsGrant(null));
    }

    private static List<String> resources(String overload) {
        return overload.endsWith("configured") ? List.of("https://api.example.com") : List.of();
    }
}
