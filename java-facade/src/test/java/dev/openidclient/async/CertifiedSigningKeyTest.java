package dev.openidclient.async;

import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.testserver.OwnCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CertifiedSigningKeyTest {
    private static final OwnCertificate OWN = new OwnCertificate();

    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    private static SigningKey key() throws GeneralSecurityException {
        var own = (PrivateKey) OWN.keyStore().getKey("own", "changeit".toCharArray());
        return SigningKey.fromKeyPair(new KeyPair(OWN.getCertificate().getPublicKey(), own));
    }

    /** The header of the assertion that a client with {@code key} sends. */
    private String header(SigningKey key) throws Exception {
        try (var client = AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().authentication(new PrivateKeyJwt(key)),
                Runnable::run)) {
            success(client.clientCredentialsGrant());
        }
        var assertion = server.lastTo("/token").form.get("client_assertion");
        return new String(Base64.getUrlDecoder().decode(assertion.split("\\.")[0]), UTF_8);
    }

    @Test
    @DisplayName("a client assertion names the certificate of its key, and with includeChain has it")
    void namesTheCertificate() throws Exception {
        var key = key().withCertificates(List.of(OWN.getCertificate()));
        var encoded = OWN.getCertificate().getEncoded();
        var digest = MessageDigest.getInstance("SHA-256").digest(encoded);
        var named = "{\"alg\":\"ES256\",\"typ\":\"client-authentication+jwt\",\"x5t#S256\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + "\"";

        assertEquals(named + "}", header(key));
        assertEquals(
                named + ",\"x5c\":[\"" + Base64.getEncoder().encodeToString(encoded) + "\"]}",
                header(key.includeChain()));
        assertEquals(List.of(OWN.getCertificate()), key.getCertificates());
    }

    @Test
    @DisplayName("certificates of PEM text are the same, and another key's are refused")
    void readsPem() throws Exception {
        assertEquals(
                List.of(OWN.getCertificate()),
                key().withCertificates(OWN.getPem()).getCertificates());
        var other = SigningKey.generate("ES256");
        assertThrows(IllegalArgumentException.class, () -> other.withCertificates(OWN.getPem()));
    }
}
