package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static dev.openidclient.async.StubServer.SUBJECT;
import static dev.openidclient.async.StubServer.insecure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.client.Fapi2MessageSigning;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.token.TokenType;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NamedCallsTest {
    private static final String CALLBACK = "https://rp.example.com/callback";

    private final TestKey key = new TestKey();
    private final StubServer server = new StubServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private AsyncOpenIdClient client(Consumer<ClientSettings> configure) {
        return AsyncOpenIdClient.create(server.metadata(), CLIENT_ID, insecure().andThen(configure::accept));
    }

    @Test
    @DisplayName("a server without token_type, or with a name of its own for bearer, needs a named call that chains")
    void tokenTypes() throws Exception {
        server.answer("/token", 200, "{\"access_token\":\"a\"}");
        try (var strict = client(settings -> {})) {
            failure(InvalidResponseException.class, strict.clientCredentialsGrant());
        }
        try (var client = client(settings ->
                settings.assumeBearer().tokenTypeAlias("bot", TokenType.BEARER).trustAudiences("other"))) {
            assertEquals("bearer", success(client.clientCredentialsGrant()).getTokenType());
            server.answer("/token", 200, "{\"access_token\":\"a\",\"token_type\":\"Bot\"}");
            assertEquals("bearer", success(client.clientCredentialsGrant()).getTokenType());
        }
    }

    @Test
    @DisplayName("a security profile refuses every call that loosens a check")
    void profiles() {
        Consumer<ClientSettings> loosened = settings -> settings.authentication(new PrivateKeyJwt(key.signingKey()))
                .fapi2MessageSigning(Fapi2MessageSigning::signedRequests)
                .acceptMissingNonce()
                .acceptRefreshedAuthTime();

        var refusal = assertThrows(
                IllegalArgumentException.class, () -> AsyncOpenIdClient.create(server.metadata(), CLIENT_ID, loosened));

        assertTrue(refusal.getMessage().contains("acceptMissingNonce() and acceptRefreshedAuthTime()"));
    }

    @Test
    @DisplayName("UserInfo by POST has the access token in the form")
    void userInfoByPost() throws Exception {
        server.answer("/token", 200, server.tokensWithIdToken(""))
                .answer("/userinfo", 200, "{\"sub\":\"" + SUBJECT + "\"}");
        try (var client = client(settings -> {})) {
            var user = success(client.grant("urn:example:sign-in").thenCompose(client::userInfoByPost));

            assertEquals(SUBJECT, user.getSubject());
        }
        var sent = server.lastTo("/userinfo");
        assertEquals("POST", sent.method);
        assertEquals("the-access-token", sent.form.get("access_token"));
        assertEquals("", sent.header("Authorization"));
    }

    @Test
    @DisplayName("a signed backchannel authentication request carries its parameters in the JWT")
    void signedBackchannelAuthentication() throws Exception {
        server.answer("/backchannel", 200, "{\"auth_req_id\":\"a\",\"expires_in\":60}");
        try (var client = client(settings -> {})) {
            success(client.backchannelAuthentication(
                    request -> request.loginHint("alice").sign(key.signingKey())));
        }

        var form = server.lastTo("/backchannel").form;
        assertEquals(Set.of("request", "client_id"), form.getNames());
        assertTrue(key.verifies(form.get("request")));
        assertTrue(TestKey.claims(form.get("request")).contains("\"login_hint\":\"alice\""));
    }

    @Test
    @DisplayName("a signed request repeats what OpenID Connect wants outside, and requestObjectOnly() does not")
    void requestObjectOnly() throws Exception {
        try (var client = client(settings -> {})) {
            var request = client.authorizationRequest(
                    builder -> builder.redirectUri(CALLBACK).scope("openid"));
            var signed = success(client.sign(request, key.signingKey()));

            assertEquals("openid", signed.getParameters().get("scope"));
            assertEquals(
                    Set.of("request", "client_id"),
                    signed.requestObjectOnly().getParameters().getNames());
        }
    }

    @Test
    @DisplayName("the claims of a signed authorization response come back, and a forged one is refused")
    void authorizationResponseClaims() throws Exception {
        server.answer("/jwks", 200, key.jwks());
        String claims = "{\"iss\":\"" + server.issuer() + "\",\"aud\":\"" + CLIENT_ID + "\",\"exp\":"
                + (Instant.now().getEpochSecond() + 60) + ",\"code\":\"c\",\"extra\":{\"a\":1}}";
        Consumer<ClientSettings> jarm = settings -> settings.useJwtResponseMode()
                .metadata(metadata ->
                        metadata.authorizationSignedResponseAlg("ES256").useMtlsEndpointAliases(false));
        try (var client = client(jarm);
                var other = client(settings -> {})) {
            var callback = AuthorizationCallback.url(CALLBACK + "?response=" + key.jwt(claims));
            var forged = AuthorizationCallback.url(CALLBACK + "?response=" + new TestKey().jwt(claims));

            assertNotNull(success(client.authorizationResponseClaims(callback)).get("extra"));
            failure(ValidationException.class, client.authorizationResponseClaims(forged));
            failure(IllegalStateException.class, other.authorizationResponseClaims(callback));
        }
    }

    @Test
    @DisplayName("the parameters of the fragment can be read")
    void fragment() {
        var callback = AuthorizationCallback.url(CALLBACK + "#state=s&session_state=abc.1");

        assertEquals("abc.1", callback.getFragment().get("session_state"));
    }
}
