package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretJwt;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;

public final class ClientAssertions {
    private ClientAssertions() {}

    /**
     * {@code private_key_jwt}: no secret leaves the machine. The server has the public key, by {@code jwks} or {@code
     * jwks_uri}.
     */
    public static CompletableFuture<AsyncOpenIdClient> fromPem(String issuer, String clientId, String pem) {
        // PKCS#8, not encrypted. An RSA key does not tell its algorithm: the one that is registered.
        var key = SigningKey.fromPem(pem, JwsAlgorithm.PS256);
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new PrivateKeyJwt(key)));
    }

    /** The same with a JWK, whose {@code kid} and {@code alg} go into the header. */
    public static CompletableFuture<AsyncOpenIdClient> fromJwk(String issuer, String clientId, String jwk) {
        var key = SigningKey.fromJwk(jwk);
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new PrivateKeyJwt(key)));
    }

    /** {@code client_secret_jwt}: the secret signs (HMAC) and is not sent; both sides still have it. */
    public static CompletableFuture<AsyncOpenIdClient> fromSecret(String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new ClientSecretJwt(secret)));
    }
}
