package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncSigningKey;
import dev.openidclient.clientauth.ClientAuthentication;
import dev.openidclient.clientauth.ClientSecretJwt;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code private_key_jwt} and {@code client_secret_jwt} (RFC 7523). */
@WithOidcProvider
class ClientAssertionsIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @ParameterizedTest(name = "a client authenticates by an assertion signed with {0}")
    @MethodSource("dev.openidclient.integration.ClientKeys#signingAlgorithms")
    void privateKeyJwt(JwsAlgorithm algorithm) {
        var client = connect(
                issuer,
                "private-key-jwt",
                settings -> settings.authentication(new PrivateKeyJwt(ClientKeys.signing(algorithm))));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("a client authenticates by an assertion with an HMAC of its secret")
    void clientSecretJwt() {
        var registered = issuer.client("secret-jwt");
        var client = connect(
                issuer.getUrl(),
                registered,
                settings -> settings.authentication(new ClientSecretJwt(registered.getSecret())));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("a key that is not registered is refused")
    void otherKey() {
        refused(new PrivateKeyJwt(SigningKey.generate()));
    }

    @Test
    @DisplayName("an assertion may be changed before it is signed, here for another server")
    void modified() {
        refused(new PrivateKeyJwt(
                ClientKeys.signing(JwsAlgorithm.ES256),
                assertion -> assertion.claim("aud", "https://another.example.com")));
    }

    private void refused(ClientAuthentication authentication) {
        var client = connect(issuer, "private-key-jwt", settings -> settings.authentication(authentication));
        var request = signInRequest(client);
        var refused = failure(
                ResponseBodyException.class,
                client.authorizationCodeGrant(callback(OidcProvider.browser(), request), request.getPending()));
        assertEquals("invalid_client", refused.getError());
    }

    @Test
    @DisplayName("the key may live elsewhere and answer in DER")
    void remoteKey() throws GeneralSecurityException {
        var key = AsyncSigningKey.toSigningKey(
                new RemoteKey(KeyPairGenerator.getInstance("EC").generateKeyPair()));
        var registered = issuer.register("""
                {
                  "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"],
                  "response_types": [], "redirect_uris": [], "jwks": {"keys": [%s]}
                }
                """.formatted(key.getPublicJwk().getJson()));
        var client = connect(issuer.getUrl(), registered, settings -> settings.authentication(new PrivateKeyJwt(key)));
        assertEquals("bearer", await(client.clientCredentialsGrant()).getTokenType());
    }

    /** Stands in for a key management service: signing takes a while and answers DER. */
    private record RemoteKey(KeyPair pair) implements AsyncSigningKey {
        @Override
        public JwsAlgorithm getAlgorithm() {
            return JwsAlgorithm.ES256;
        }

        @Override
        public String getKeyId() {
            return null;
        }

        @Override
        public Jwk getPublicJwk() {
            return SigningKey.fromKeyPair(pair).getPublicJwk();
        }

        @Override
        public CompletionStage<byte[]> sign(byte[] bytes) {
            return CompletableFuture.supplyAsync(() -> SigningKey.derToJws(der(bytes), getAlgorithm()));
        }

        private byte[] der(byte[] bytes) {
            try {
                var signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(pair.getPrivate());
                signature.update(bytes);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public String toString() {
            return "RemoteKey";
        }
    }
}
