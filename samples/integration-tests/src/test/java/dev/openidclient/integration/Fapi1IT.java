package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.clientauth.TlsClientAuth;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** FAPI 1.0 Advanced from end to end: signed requests, detached signatures, certificate-bound tokens. */
@WithOidcProvider
class Fapi1IT {
    private final InteropIssuer issuer = OidcProvider.getFapi1().getOverTls();
    private final SigningKey key = ClientKeys.signing(JwsAlgorithm.PS256);

    private AsyncOpenIdClient advanced(String id, Consumer<ClientSettings> configure) {
        var certificate = OidcProvider.clientCertificate("rsa");
        return connect(issuer, id, settings -> {
            settings.fapi1Advanced()
                    .tls(it -> it.pem(certificate.getCertificate() + certificate.getKey()))
                    .metadata(it -> it.useMtlsEndpointAliases());
            configure.accept(settings);
        });
    }

    @Test
    @DisplayName("private_key_jwt with the hybrid flow")
    void privateKeyJwt() {
        try (var client = advanced("private-key-jwt", settings -> settings.authentication(new PrivateKeyJwt(key)))) {
            hybrid(client);
        }
    }

    @Test
    @DisplayName("mutual TLS with the hybrid flow")
    void mutualTls() {
        try (var client = advanced("tls", settings -> settings.authentication(TlsClientAuth.INSTANCE))) {
            hybrid(client);
        }
    }

    private void hybrid(AsyncOpenIdClient client) {
        var request = await(client.sign(signInRequest(client, it -> it.responseMode("form_post")), key));
        var tokens = signIn(client, OidcProvider.browser(), request);
        assertEquals("alice", await(client.userInfo(tokens)).getSubject());
    }

    @Test
    @DisplayName("signed responses in place of the hybrid flow, and the request pushed")
    void jarm() {
        try (var client = advanced(
                "private-key-jwt", settings -> settings.useJwtResponseMode().authentication(new PrivateKeyJwt(key)))) {
            var request = client.sign(signInRequest(client), key).thenCompose(client::push);
            var tokens = signIn(client, OidcProvider.browser(), await(request));
            assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        }
    }

    @Test
    @DisplayName("a client that authenticates by a secret is not made")
    void secret() {
        var refused = assertThrows(
                AssertionError.class,
                () -> advanced(
                        "private-key-jwt", settings -> settings.authentication(new ClientSecretPost("a-secret"))));
        assertInstanceOf(IllegalArgumentException.class, refused.getCause());
    }
}
