package dev.openidclient.samples.docs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** Seals a value for a cookie, so that nobody can read or change it (AES-GCM). */
public final class SealedCookie {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A value of another cookie does not open. */
    private static final byte[] NAME = "__Host-sign-in".getBytes(StandardCharsets.UTF_8);

    private final SecretKey key;

    /** With a key of 256 bits, the same on all nodes. */
    public SealedCookie(SecretKey key) {
        this.key = key;
    }

    public String seal(String value) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce); // never twice with one key
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(value.getBytes(StandardCharsets.UTF_8));
            byte[] whole = ByteBuffer.allocate(NONCE + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not work here", e);
        }
    }

    /** Empty where it was not sealed here. */
    public Optional<String> open(String cookie) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cookie);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(bytes, NONCE));
            byte[] value = cipher.doFinal(bytes, NONCE, bytes.length - NONCE);
            return Optional.of(new String(value, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty(); // changed, of another key, no base64url, or too short
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(NAME);
        return cipher;
    }
}
