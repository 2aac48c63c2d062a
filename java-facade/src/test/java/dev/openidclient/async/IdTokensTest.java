package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static dev.openidclient.async.StubServer.SUBJECT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.DecryptionException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.jose.DecryptionKey;
import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.JwkSet;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class IdTokensTest {
    private static final String REDIRECT_URI = "https://rp.example.com/callback";

    private final TestKey key = new TestKey();
    private final StubServer server = new StubServer().answer("/jwks", 200, key.jwks());
    private final AsyncOpenIdClient client = client(false);

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private AsyncOpenIdClient client(boolean implicit) {
        return AsyncOpenIdClient.create(server.metadata(), CLIENT_ID, settings -> {
            settings.allowInsecureRequests().metadata(metadata -> metadata.idTokenSignedResponseAlg("ES256"));
            if (implicit) {
                settings.useIdTokenResponseType();
            }
        });
    }

    private String idToken(String nonce) {
        return key.jwt(server.idTokenClaims(nonce));
    }

    private String idToken(String nonce, String claim) {
        return key.jwt(server.idTokenClaims(nonce).replaceFirst("}$", "," + claim + "}"));
    }

    private static AuthorizationCallback callback(String idToken, String state) {
        return AuthorizationCallback.formPost(
                REDIRECT_URI, "id_token=" + idToken + (state.isEmpty() ? "" : "&state=" + state));
    }

    @Test
    @DisplayName("an implicit response is checked against a pending authorization")
    void implicitWithPending() throws Exception {
        try (var implicit = client(true)) {
            var pending = implicit.authorizationRequest(
                            request -> request.redirectUri(REDIRECT_URI).responseMode("form_post"))
                    .getPending();

            var claims = success(implicit.implicitAuthentication(
                    callback(idToken(pending.getNonce()), pending.getState()), pending));

            assertEquals(SUBJECT, claims.getSubject());
            failure(
                    ValidationException.class,
                    implicit.implicitAuthentication(callback(idToken(pending.getNonce()), "another"), pending));
            failure(
                    AuthorizationResponseException.class,
                    implicit.implicitAuthentication(
                            AuthorizationCallback.formPost(
                                    REDIRECT_URI, "error=access_denied&state=" + pending.getState()),
                            pending));
        }
    }

    @Test
    @DisplayName("an implicit response is checked against values of the caller's own, which may be absent")
    void implicitWithChecks() throws Exception {
        try (var implicit = client(true)) {
            var stateless = callback(idToken("mine"), "");
            var old = callback(idToken("mine", "\"auth_time\":1"), "state");

            assertEquals(
                    SUBJECT,
                    success(implicit.implicitAuthentication(stateless, "mine", null))
                            .getSubject());
            assertEquals(
                    SUBJECT,
                    success(implicit.implicitAuthentication(old, "mine", "state", null))
                            .getSubject());
            failure(ValidationException.class, implicit.implicitAuthentication(stateless, "another", null));
            failure(ValidationException.class, implicit.implicitAuthentication(stateless, "mine", "state"));
            failure(
                    ValidationException.class,
                    implicit.implicitAuthentication(old, "mine", "state", Duration.ofMinutes(5)));
        }
    }

    @Test
    @DisplayName("an implicit response needs the setting, and a key that signed it")
    void implicitFails() {
        failure(
                IllegalStateException.class,
                client.implicitAuthentication(callback(idToken("mine"), ""), "mine", null));
        String forged = new TestKey().jwt(server.idTokenClaims("mine"));
        try (var implicit = client(true)) {
            failure(ValidationException.class, implicit.implicitAuthentication(callback(forged, ""), "mine", null));
        }
    }

    @Test
    @DisplayName("an ID Token from elsewhere is verified, with a nonce and without, of another party and of none")
    void verifies() throws Exception {
        String ofApp = idToken("mine", "\"azp\":\"the-app\"");

        assertEquals(SUBJECT, success(client.verifyIdToken(idToken(""), null)).getSubject());
        assertEquals(
                "mine", success(client.verifyIdToken(idToken("mine"), "mine")).getNonce());
        assertEquals(
                SUBJECT, success(client.verifyIdToken(ofApp, "mine", "the-app")).getSubject());
        assertEquals(
                SUBJECT, success(client.verifyIdToken(idToken(""), null, null)).getSubject());
    }

    @Test
    @DisplayName("an ID Token with another nonce, party or key, and an empty one, are refused")
    void verificationFails() {
        failure(ValidationException.class, client.verifyIdToken(idToken("mine"), "another"));
        failure(ValidationException.class, client.verifyIdToken(idToken("mine"), null));
        failure(
                ValidationException.class,
                client.verifyIdToken(idToken("", "\"azp\":\"the-app\""), null, "another-app"));
        failure(ValidationException.class, client.verifyIdToken(idToken("", "\"azp\":\"the-app\""), null));
        failure(ValidationException.class, client.verifyIdToken(new TestKey().jwt(server.idTokenClaims("")), null));
        failure(IllegalArgumentException.class, client.verifyIdToken("", null));
    }

    @Test
    @DisplayName("another JWT of the server is verified with its kind and its audience, and its claims come back")
    void verifiesJwt() throws Exception {
        String claims = server.idTokenClaims("");
        String event = key.jwt(claims, "secevent+jwt");

        assertEquals(
                SUBJECT,
                success(client.verifyJwt(event, "secevent+jwt", CLIENT_ID)).getSubject());
        failure(ValidationException.class, client.verifyJwt(event, "secevent+jwt", null));
        failure(ValidationException.class, client.verifyJwt(event, "other+jwt", CLIENT_ID));
        failure(
                ValidationException.class,
                client.verifyJwt(new TestKey().jwt(claims, "secevent+jwt"), "secevent+jwt", CLIENT_ID));
        failure(IllegalArgumentException.class, client.verifyJwt(event, "JWT", CLIENT_ID));
    }

    @Test
    @DisplayName("keys of the caller are registered as a set, with what they are for")
    void registersKeys() {
        var signing = SigningKey.generate(JwsAlgorithm.ES256, "s").getPublicJwk();
        var decryption = DecryptionKey.generate("ECDH-ES", "d").getPublicJwk();
        var keys = JwkSet.of(List.of(signing, decryption));

        assertEquals(keys.getJson(), JwkSet.of(signing, decryption).getJson());
        assertEquals(keys.getJson(), JwkSet.parse(keys.getJson().toString()).getJson());
        assertEquals("sig", keys.getKeys().get(0).getPublicKeyUse());
        assertEquals("ECDH-ES", keys.getKeys().get(1).getAlgorithm());
        assertEquals("d", Jwk.parse(decryption.getJson().toString()).getKeyId());
        assertThrows(
                IllegalStateException.class,
                () -> AsyncDecryptionKey.toDecryptionKey(new RemoteDecryptionKey())
                        .getPublicJwk());
    }

    @Test
    @DisplayName("the known keys are exported, and imported into the next client, which downloads none")
    void handsKeysOn() throws Exception {
        assertNull(client.exportJwks());
        success(client.verifyIdToken(idToken(""), null));
        String exported = client.exportJwks();
        try (var next = client(false)) {
            assertTrue(next.importJwks(exported));
            assertFalse(next.importJwks(exported));

            success(next.verifyIdToken(idToken(""), null));

            assertEquals(1, server.count("/jwks"));
        }
        assertThrows(IllegalArgumentException.class, () -> client.importJwks("no keys"));
    }

    @Test
    @DisplayName("a remote key opens encrypted ID Tokens; where it fails, the operation cannot decrypt")
    void decrypts() throws Exception {
        String header = "{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}";
        String encrypted = StubServer.encoded(header) + ".a.b.c." + StubServer.encoded(idToken(""));
        var remote = new RemoteDecryptionKey();
        try (var decrypting = AsyncOpenIdClient.create(
                server.metadata(), CLIENT_ID, settings -> decryption(settings, remote), Runnable::run)) {
            var claims = decrypting.verifyIdToken(encrypted, null);
            remote.complete(encrypted);
            assertEquals(SUBJECT, success(claims).getSubject());

            var failing = decrypting.verifyIdToken(encrypted, null);
            remote.asked.completeExceptionally(new UnsupportedOperationException("no key"));
            assertEquals(
                    "no key",
                    failure(DecryptionException.class, failing).getCause().getMessage());

            decrypting.verifyIdToken(encrypted, null).cancel(true);
            assertTrue(remote.asked.isCancelled());
        }
    }

    private static void decryption(ClientSettings settings, AsyncDecryptionKey key) {
        settings.allowInsecureRequests()
                .decryption(AsyncDecryptionKey.toDecryptionKey(key))
                .metadata(metadata -> metadata.idTokenSignedResponseAlg("ES256"));
    }
}
