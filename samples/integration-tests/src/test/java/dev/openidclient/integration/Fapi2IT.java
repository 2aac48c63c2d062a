package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.clientauth.TlsClientAuth;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** FAPI 2.0 from end to end. */
@WithOidcProvider
class Fapi2IT {
    private final InteropIssuer issuer = OidcProvider.getFapi2().getOverTls();
    private final SigningKey key = ClientKeys.signing(JwsAlgorithm.PS256);

    @Test
    @DisplayName("private_key_jwt and DPoP")
    void privateKeyJwt() {
        try (var fapi = connect(
                issuer,
                "private-key-jwt",
                settings -> settings.fapi2Security().authentication(new PrivateKeyJwt(key)))) {
            var client = fapi.withDpop(new Dpop(SigningKey.generate()));
            var tokens = signIn(client, OidcProvider.browser(), await(client.push(signInRequest(client))));
            assertTrue(tokens.isSenderConstrained());
            assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        }
    }

    @Test
    @DisplayName("mutual TLS, which also binds the tokens")
    void mutualTls() {
        var certificate = OidcProvider.clientCertificate("rsa");
        try (var client = connect(
                issuer,
                "tls",
                settings -> settings.fapi2Security()
                        .tls(it -> it.pem(certificate.getCertificate() + certificate.getKey()))
                        .metadata(it -> it.useMtlsEndpointAliases())
                        .authentication(TlsClientAuth.INSTANCE))) {
            var tokens = signIn(client, OidcProvider.browser(), await(client.push(signInRequest(client))));
            assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        }
    }

    @Test
    @DisplayName("message signing: the request and the response are signed too")
    void messageSigning() {
        try (var fapi = connect(
                issuer,
                "private-key-jwt",
                settings -> settings.fapi2MessageSigning().authentication(new PrivateKeyJwt(key)))) {
            var client = fapi.withDpop(new Dpop(SigningKey.generate()));
            var request = client.sign(signInRequest(client), key).thenCompose(client::push);
            assertEquals("alice", person(signIn(client, OidcProvider.browser(), await(request))));
        }
    }

    @Test
    @DisplayName("a client that contradicts the profile is not made")
    void contradiction() {
        failure(
                IllegalArgumentException.class,
                AsyncOpenIdClient.discover(issuer.getUrl(), "private-key-jwt", ClientSettings::fapi2Security));
    }
}
