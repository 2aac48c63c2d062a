package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.jose.Jwk;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletionStage;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/**
 * A private key that lives elsewhere, in an HSM or a key management service, and signs client assertions, request
 * objects, DPoP proofs: a {@link SigningKey} for Java. Keys in this JVM come from {@link SigningKey#fromJwk} and its
 * like.
 *
 * <pre>{@code
 * final class RemoteKey implements AsyncSigningKey {
 *     public JwsAlgorithm getAlgorithm() { return JwsAlgorithm.ES256; }
 *     public String getKeyId() { return "2026-11"; }
 *     public Jwk getPublicJwk() { return publicJwk; }
 *     public CompletionStage<byte[]> sign(byte[] bytes) {
 *         return service.signDer(bytes).thenApply(der -> SigningKey.derToJws(der, JwsAlgorithm.ES256));
 *     }
 * }
 * settings.authentication(new PrivateKeyJwt(AsyncSigningKey.toSigningKey(new RemoteKey(...))));
 * }</pre>
 *
 * <p>The page {@code docs/keys.md} shows keys of files, key stores, HSMs and KMSs.
 */
public interface AsyncSigningKey {
    /** What {@link #sign} signs with. Always the same, as are the other two properties, and must not block. */
    JwsAlgorithm getAlgorithm();

    /** The {@code kid} of the headers, or null for none. */
    @Nullable
    String getKeyId();

    /** The public key. */
    Jwk getPublicJwk();

    /**
     * Starts to sign {@code bytes}; may be called from many threads at once, and must not block.
     *
     * <p>The stage completes with the signature in the form of JWS (<a
     * href="https://www.rfc-editor.org/rfc/rfc7518#section-3">RFC 7518 §3</a>); ECDSA is the two numbers side by side,
     * not DER: a remote signer that answers DER has {@link SigningKey#derToJws}.
     *
     * <p>Where the stage fails, the operation fails with the same exception. Where the call is cancelled, the stage is
     * told so by {@code cancel(true)} if it is a {@link java.util.concurrent.Future}. The {@code timeout} setting does
     * not bound it.
     */
    CompletionStage<byte[]> sign(byte[] bytes);

    /** {@code key} as the library takes it. */
    static SigningKey toSigningKey(AsyncSigningKey key) {
        requireNonNull(key, "key");
        return new SigningKey() {
            @Override
            public JwsAlgorithm getAlgorithm() {
                return key.getAlgorithm();
            }

            @Override
            public @Nullable String getKeyId() {
                return key.getKeyId();
            }

            @Override
            public Jwk getPublicJwk() {
                return key.getPublicJwk();
            }

            @Override
            public @Nullable Object sign(byte[] bytes, Continuation<? super byte[]> continuation) {
                return AwaitedStage.await(key.sign(bytes), "the signing key", continuation);
            }

            @Override
            public String toString() {
                return "SigningKey(" + getAlgorithm().getIdentifier() + ", kid=" + getKeyId() + ")";
            }
        };
    }
}
