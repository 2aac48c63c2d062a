package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.tokenstore.TokenCipher;
import java.util.concurrent.CompletionStage;
import kotlin.coroutines.Continuation;
import org.jspecify.annotations.Nullable;

/**
 * Seals what a token store keeps: a {@link TokenCipher} for Java, for keys that live in a key management service. For
 * keys that the program has, {@link TokenCipher#of} makes one.
 *
 * <p>The functions may be called from many threads at once, and must not block. Whatever a stage fails with counts as an
 * outage of the store, but for {@link IllegalArgumentException} of {@link #open}, which says that the entry is of
 * somebody else.
 */
public interface AsyncTokenCipher {
    /** Seals {@code plaintext} for the entry {@code id}: URL-safe text. */
    CompletionStage<String> seal(String id, String plaintext);

    /**
     * What {@link #seal} was given for {@code id}. Fails with {@link IllegalArgumentException} where {@code sealed} is of
     * another entry, was changed, or is sealed with a key that is not known here.
     */
    CompletionStage<String> open(String id, String sealed);

    /** {@code cipher} as the {@code store} setting takes it. */
    static TokenCipher toTokenCipher(AsyncTokenCipher cipher) {
        requireNonNull(cipher, "cipher");
        return new TokenCipher() {
            @Override
            public @Nullable Object seal(String id, String plaintext, Continuation<? super String> continuation) {
                return AwaitedStage.await(cipher.seal(id, plaintext), "the token cipher", continuation);
            }

            @Override
            public @Nullable Object open(String id, String sealed, Continuation<? super String> continuation) {
                return AwaitedStage.await(cipher.open(id, sealed), "the token cipher", continuation);
            }

            @Override
            public String toString() {
                return cipher.toString();
            }
        };
    }
}
