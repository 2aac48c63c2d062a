package dev.openidclient.async;

import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.SigningKey;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CertifiedSigningKeyTest {
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBdTCCARugAwIBAgIUELgVcZOFknvaUO9hrYlBOyvPTr8wCgYIKoZIzj0EAwIw
            DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjkxOTUxMDNaGA8yMTI2MTEwNTE5NTEw
            M1owDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNR/
            bxyHN3tpV49vf88PURCUu/eJY7/5k9K2ZLbUi9YkMUCek2JtdxBWmFhUmrx08x/8
            QLzOFettrEov+Vq1KVCjUzBRMB0GA1UdDgQWBBQ4IB/0flyyQjAR5pCS6To6VmrS
            0zAfBgNVHSMEGDAWgBQ4IB/0flyyQjAR5pCS6To6VmrS0zAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0gAMEUCIQD90bU4s+9gTrYhFelR1YYbpJPW6h7PxdxT
            Srq6UE/u6QIgZSnyZJ2WfMWXcXv0W/GcBV9glSKrxB+pVwslxvbQ/84=
            -----END CERTIFICATE-----
            """;

    /** Nobody's: it is for this test. */
    private static final String KEY = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoK6eDYqf9Y7R1JnN
            uEjPv26wNv7nFTfoB/Mb/w4YtcChRANCAATUf28chzd7aVePb3/PD1EQlLv3iWO/
            +ZPStmS21IvWJDFAnpNibXcQVphYVJq8dPMf/EC8zhXrbaxKL/latSlQ
            -----END PRIVATE KEY-----
            """;

    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    private static X509Certificate certificate() throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(CERTIFICATE.getBytes(UTF_8)));
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
        var key = SigningKey.fromPem(KEY).withCertificates(List.of(certificate()));
        var encoded = certificate().getEncoded();
        var digest = MessageDigest.getInstance("SHA-256").digest(encoded);
        var named = "{\"alg\":\"ES256\",\"x5t#S256\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + "\"";

        assertEquals(named + "}", header(key));
        assertEquals(
                named + ",\"x5c\":[\"" + Base64.getEncoder().encodeToString(encoded) + "\"]}",
                header(key.includeChain()));
        assertEquals(List.of(certificate()), key.getCertificates());
    }

    @Test
    @DisplayName("certificates of PEM text are the same, and another key's are refused")
    void readsPem() throws Exception {
        assertEquals(
                List.of(certificate()),
                SigningKey.fromPem(KEY).withCertificates(CERTIFICATE).getCertificates());
        var other = SigningKey.generate("ES256");
        assertThrows(IllegalArgumentException.class, () -> other.withCertificates(CERTIFICATE));
    }
}
