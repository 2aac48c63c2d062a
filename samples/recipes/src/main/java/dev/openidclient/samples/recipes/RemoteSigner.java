package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncSigningKey;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

public final class RemoteSigner {
    private RemoteSigner() {}

    // region kms
    /** A private key that never leaves a key management service: for assertions, request objects, DPoP proofs. */
    public record KmsKey(String keyId, Jwk publicJwk, Function<byte[], CompletableFuture<byte[]>> signDigest)
            implements AsyncSigningKey {
        @Override
        public JwsAlgorithm getAlgorithm() {
            return JwsAlgorithm.ES256;
        }

        @Override
        public String getKeyId() {
            return keyId;
        }

        @Override
        public Jwk getPublicJwk() {
            return publicJwk;
        }

        @Override
        public CompletionStage<byte[]> sign(byte[] bytes) {
            return signDigest
                    .apply(sha256(bytes)) // the call of the service, which answers in DER
                    .orTimeout(5, TimeUnit.SECONDS)
                    .thenApply(der -> SigningKey.derToJws(der, getAlgorithm()));
        }
    }
    // endregion

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public static CompletableFuture<AsyncOpenIdClient> clientWithRemoteKey(String issuer, String clientId, KmsKey key) {
        var authentication = new PrivateKeyJwt(AsyncSigningKey.toSigningKey(key));
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.authentication(authentication));
    }
}
