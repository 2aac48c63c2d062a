package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncSigningKey;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

public final class RemoteSigner {
    private RemoteSigner() {}

    /** A private key that never leaves a key management service: for assertions, request objects, DPoP proofs. */
    public record KmsKey(String keyId, Jwk publicJwk, Function<byte[], CompletionStage<byte[]>> signDer)
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

        // Services answer DER, a JWS has the two numbers side by side. The client's timeout does not bound this call.
        @Override
        public CompletionStage<byte[]> sign(byte[] bytes) {
            return signDer.apply(bytes).thenApply(der -> SigningKey.derToJws(der, getAlgorithm()));
        }
    }

    public static CompletableFuture<AsyncOpenIdClient> clientWithRemoteKey(String issuer, String clientId, KmsKey key) {
        var authentication = new PrivateKeyJwt(AsyncSigningKey.toSigningKey(key));
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.authentication(authentication));
    }
}
