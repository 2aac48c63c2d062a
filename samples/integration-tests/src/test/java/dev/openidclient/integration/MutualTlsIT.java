package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.NoClientAuthentication;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.http.HttpEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Client authentication by certificate, and access tokens bound to it (RFC 8705), over the server's aliases. */
@WithOidcProvider
class MutualTlsIT {
    private final InteropIssuer issuer = OidcProvider.getEverything().getOverTls();

    /** The certificate {@code name}, at the endpoints that ask for one. */
    private static void present(ClientSettings settings, String name) {
        var certificate = OidcProvider.clientCertificate(name);
        settings.tls(it -> it.pem(certificate.getCertificate() + certificate.getKey()));
        settings.metadata(it -> it.useMtlsEndpointAliases());
    }

    @ParameterizedTest(name = "a client authenticates by its {1} certificate through the engine {0}")
    @CsvSource({"JAVA,rsa", "JAVA,ec", "CIO,rsa"})
    void authentication(HttpEngine engine, String certificate) {
        try (var client = connect(issuer, "tls", settings -> {
            settings.engine(engine);
            present(settings, certificate);
        })) {
            var tokens = signIn(client, OidcProvider.browser());
            assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        }
    }

    @Test
    @DisplayName("a client authenticates by a certificate that it signed itself")
    void selfSigned() {
        try (var client = connect(issuer, "tls-self-signed", settings -> present(settings, "self-signed"))) {
            assertEquals("alice", person(signIn(client, OidcProvider.browser())));
        }
    }

    @Test
    @DisplayName("the access token is bound to the certificate, and of no use without it")
    void bound() {
        try (var client = connect(issuer, "tls", settings -> present(settings, "rsa"))) {
            var tokens = await(client.clientCredentialsGrant(
                    request -> request.scope("orders:read").resource(issuer.getResource())));
            var answer = await(client.introspect(tokens.getAccessToken()));
            assertNotNull(answer.getConfirmation().getCertificateThumbprint());
            // the port that asks for the certificate
            var bound = client.getServer()
                    .getMtlsEndpointAliases()
                    .getTokenEndpoint()
                    .replace("/token", "/resource");
            assertEquals(200, await(client.resource(bound, tokens)).getStatus());
            failure(WwwAuthenticateChallengeException.class, client.resource(issuer.getResource(), tokens));
        }
    }

    @Test
    @DisplayName("a certificate binds the tokens of a client that authenticates by a secret")
    void boundWithSecret() {
        try (var client = connect(issuer, "tls-bound", settings -> {
            present(settings, "ec");
            settings.requireSenderConstrained();
        })) {
            var tokens = signIn(client, OidcProvider.browser());
            assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        }
    }

    @Test
    @DisplayName("without the certificate nothing is issued")
    void none() {
        try (var client = connect(issuer, "tls", settings -> {
            settings.authentication(NoClientAuthentication.INSTANCE); // names itself, as TlsClientAuth does
            settings.metadata(it -> it.useMtlsEndpointAliases());
        })) {
            var refused = failure(ResponseBodyException.class, client.clientCredentialsGrant());
            assertEquals("invalid_client", refused.getError());
        }
    }
}
