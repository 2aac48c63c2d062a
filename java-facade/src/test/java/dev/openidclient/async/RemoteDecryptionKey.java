package dev.openidclient.async;

import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A key elsewhere, whose answers the test gives: the last part of a JWE is the plaintext. */
final class RemoteDecryptionKey implements AsyncDecryptionKey {
    CompletableFuture<byte[]> asked = new CompletableFuture<>();

    @Override
    public String getKeyId() {
        return null;
    }

    @Override
    public Set<String> getAlgorithms() {
        return Set.of("RSA-OAEP-256");
    }

    @Override
    public CompletionStage<byte[]> decrypt(String jwe) {
        asked = new CompletableFuture<>();
        return asked;
    }

    void complete(String jwe) {
        asked.complete(Base64.getUrlDecoder().decode(jwe.substring(jwe.lastIndexOf('.') + 1)));
    }
}
