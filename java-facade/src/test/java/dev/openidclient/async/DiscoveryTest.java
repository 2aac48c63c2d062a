package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import java.security.KeyStore;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private final StubServer server = new StubServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("discovery makes a client of the issuer")
    void discovers() throws Exception {
        try (var client = success(AsyncOpenIdClient.discover(server.issuer(), CLIENT_ID, StubServer.insecure()))) {
            assertEquals(server.issuer(), client.getServer().getIssuer());
            assertEquals(CLIENT_ID, client.getClientId());
            assertEquals(CLIENT_ID, client.getMetadata().getClientId());
            assertEquals("AsyncOpenIdClient(" + server.issuer() + ", " + CLIENT_ID + ")", client.toString());
        }
    }

    @Test
    @DisplayName("discovery without settings refuses http")
    void refusesHttp() {
        failure(MetadataException.class, AsyncOpenIdClient.discover(server.issuer(), CLIENT_ID));
    }

    @Test
    @DisplayName("discovery fails where the server names another issuer")
    void refusesAnotherIssuer() {
        server.answer(
                "/.well-known/openid-configuration", 200, StubServer.metadataDocument("http://other.example.com"));

        failure(
                ValidationException.class,
                AsyncOpenIdClient.discover(server.issuer(), CLIENT_ID, StubServer.insecure()));
    }

    @Test
    @DisplayName("discovery fails where there is no document")
    void failsWithoutDocument() {
        var discovery = AsyncOpenIdClient.discover(server.issuer() + "/none", CLIENT_ID, StubServer.insecure());

        assertEquals(404, failure(InvalidResponseException.class, discovery).getStatus());
    }

    @Test
    @DisplayName("discovery fails where there is no server")
    void failsWithoutServer() {
        server.close();

        failure(
                TransportException.class,
                AsyncOpenIdClient.discover(server.issuer(), CLIENT_ID, StubServer.insecure()));
    }

    @Test
    @DisplayName("a wrong argument of discovery fails the future and throws nothing")
    void deliversArgumentErrors() {
        failure(IllegalArgumentException.class, AsyncOpenIdClient.discover("as.example.com", CLIENT_ID));
        failure(IllegalArgumentException.class, AsyncOpenIdClient.discover(server.issuer(), ""));
        failure(
                IllegalArgumentException.class,
                AsyncOpenIdClient.discover(
                        server.issuer(), CLIENT_ID, settings -> settings.timeout(Duration.ofSeconds(-1))));
    }

    @Test
    @DisplayName("what the caller's own settings throw fails the future")
    void deliversWhatSettingsThrow() {
        var discovery = AsyncOpenIdClient.discover(server.issuer(), CLIENT_ID, settings -> {
            throw new UnsupportedOperationException("mine");
        });

        assertEquals(
                "mine", failure(UnsupportedOperationException.class, discovery).getMessage());
    }

    @Test
    @DisplayName("a client of known metadata sends nothing")
    void createsWithoutRequest() {
        try (var client = AsyncOpenIdClient.create(server.metadata(), CLIENT_ID)) {
            assertEquals(server.issuer(), client.getServer().getIssuer());
        }
        assertTrue(server.received.isEmpty());
    }

    @Test
    @DisplayName("a client of known metadata refuses contradictory settings at once")
    void createRefusesSettings() {
        var metadata = server.metadata();

        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncOpenIdClient.create(metadata, CLIENT_ID, settings -> settings.maximumResponseSize(0)));
    }

    @Test
    @DisplayName("TLS is set with a lambda, and refused where it is of no use")
    void takesTlsSettings() throws Exception {
        var metadata = server.metadata();
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);

        AsyncOpenIdClient.create(metadata, CLIENT_ID, settings -> settings.tls(tls -> tls.trustStore(trusted)))
                .close();

        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncOpenIdClient.create(
                        metadata, CLIENT_ID, settings -> settings.tls(tls -> tls.trustPem("none"))));
    }

    @Test
    @DisplayName("every setting is at hand from Java")
    void takesSettings() throws Exception {
        server.answer("/token", 200, StubServer.TOKENS);
        try (var client = AsyncOpenIdClient.create(server.metadata(), CLIENT_ID, settings -> {
            settings.allowInsecureRequests()
                    .metadata(metadata ->
                            metadata.idTokenSignedResponseAlg("ES256").requireAuthTime())
                    .nonRepudiationChecks();
            settings.authentication(new ClientSecretBasic("secret"));
            settings.timeout(Duration.ofSeconds(5));
        })) {
            assertEquals("ES256", client.getMetadata().getIdTokenSignedResponseAlg());
            success(client.clientCredentialsGrant());
            assertTrue(server.lastTo("/token").header("Authorization").startsWith("Basic "));
        }
    }
}
