package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.CryptoProvider;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What signs, verifies or decrypts, with each provider that the library uses by itself. */
@WithOidcProvider
class CryptoProvidersIT {
    private static final String NAMES = "dev.openidclient.integration.CryptoProviders#names";

    private final InteropIssuer issuer = OidcProvider.getEverything();

    @AfterEach
    void reset() {
        CryptoProviders.reset();
    }

    @ParameterizedTest(name = "{0} verifies an ID Token, and is the one in use")
    @MethodSource(NAMES)
    void verifies(String name) {
        CryptoProviders.use(name);
        var client = connect(issuer, "id-token-es256", ClientSettings::nonRepudiationChecks);
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
        assertTrue(CryptoProvider.getName().startsWith(name));
    }

    @ParameterizedTest(name = "{0} signs a client assertion")
    @MethodSource(NAMES)
    void signsAssertions(String name) {
        CryptoProviders.use(name);
        var key = ClientKeys.signing(JwsAlgorithm.PS256);
        var client = connect(issuer, "private-key-jwt", settings -> settings.authentication(new PrivateKeyJwt(key)));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @ParameterizedTest(name = "{0} signs DPoP proofs")
    @MethodSource(NAMES)
    void signsProofs(String name) {
        CryptoProviders.use(name);
        var client = connect(issuer, "dpop").withDpop(new Dpop(SigningKey.generate()));
        var tokens = signIn(client, OidcProvider.browser());
        assertTrue(tokens.isSenderConstrained());
        assertEquals("alice", await(client.userInfo(tokens)).getSubject());
    }

    @ParameterizedTest(name = "{0} opens an encrypted ID Token")
    @MethodSource(NAMES)
    void decrypts(String name) {
        CryptoProviders.use(name);
        var key = ClientKeys.decryption("p256-enc");
        var client = connect(issuer, "id-token-ecdh-p256", settings -> settings.decryption(key));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }
}
