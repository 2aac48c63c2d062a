package dev.openidclient.samples.javaweb;

import dev.openidclient.token.TokenResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A browser that somebody has signed in with. Its {@code id} stands in the cookie, and is a secret of that browser; its
 * {@code tokens} are as they are kept: {@link SignInRoutes#freshTokens} are for calls.
 */
record Session(String id, TokenResponse tokens) {
    /** Stands in the forms of this session's pages: nobody can make it without the id, or the id of it. */
    String formToken() {
        return digest("form " + id);
    }

    /** 64 characters that tell {@code text} from any other, and nothing of it. */
    static String digest(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
