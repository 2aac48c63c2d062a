package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.jose.DecryptionKey;
import dev.openidclient.jose.Jwk;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/**
 * A private key that lives elsewhere, in an HSM or a key management service, and opens encrypted answers of the server:
 * a {@link DecryptionKey} for Java. Keys in this JVM come from {@link DecryptionKey#fromJwk} and its like.
 *
 * <pre>{@code
 * settings.decryption(AsyncDecryptionKey.toDecryptionKey(new RemoteKey(...)));
 * }</pre>
 *
 * <p>The page {@code docs/keys.md} shows keys of files, HSMs and KMSs, and how to rotate them.
 */
public interface AsyncDecryptionKey {
    /**
     * The {@code kid} that the server knows the key by, or null; a JWE with a {@code kid} goes to the key of the same
     * one only. Always the same, as are the other two properties, and must not block.
     */
    @Nullable
    String getKeyId();

    /** The key management algorithms ({@code alg}) that the key is used with. */
    Set<String> getAlgorithms();

    /** The curve of an ECDH key, as {@code P-256}, which must be the one of the JWE's {@code epk}; null: another key. */
    default @Nullable String getCurve() {
        return null;
    }

    /**
     * The public key as one registers it ({@code jwks}), with {@code kid}, {@code alg} and the {@code use} {@code enc}.
     * Throws {@link IllegalStateException} where the key does not tell it, as it does unless this is implemented.
     */
    default Jwk publicJwk() {
        throw new IllegalStateException("the decryption key does not tell its public key");
    }

    /**
     * Starts to open {@code jwe}, a compact JWE whose {@code alg} is one of {@link #getAlgorithms} and whose {@code enc} is
     * allowed; may be called from many threads at once, and must not block.
     *
     * <p>The stage completes with the plaintext. Where it fails, the operation fails with a {@link
     * dev.openidclient.error.DecryptionException}: with the same one if the JWE does not open, else with one whose
     * cause is the stage's failure. Where the call is cancelled, the stage is told so by {@code cancel(true)} if it is
     * a {@link java.util.concurrent.Future}. The {@code timeout} setting does not bound it.
     */
    CompletionStage<byte[]> decrypt(String jwe);

    /** {@code key} as the {@code decryption} setting takes it. */
    static DecryptionKey toDecryptionKey(AsyncDecryptionKey key) {
        requireNonNull(key, "key");
        return new DecryptionKey() {
            @Override
            public @Nullable String getKeyId() {
                return key.getKeyId();
            }

            @Override
            public Set<String> getAlgorithms() {
                return key.getAlgorithms();
            }

            @Override
            public @Nullable String getCurve() {
                return key.getCurve();
            }

            @Override
            public Jwk getPublicJwk() {
                return key.publicJwk();
            }

            @Override
            public @Nullable Object decrypt(String jwe, Continuation<? super byte[]> continuation) {
                return AwaitedStage.await(key.decrypt(jwe), "the decryption key", continuation);
            }

            @Override
            public String toString() {
                return "DecryptionKey(" + getAlgorithms() + ", kid=" + getKeyId() + ")";
            }
        };
    }
}
