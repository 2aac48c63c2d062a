package dev.openidclient.samples.docs;

import dev.openidclient.token.TokenResponse;
import org.slf4j.Logger;

public final class Security {
    private Security() {}

    /** What a log may have, and what it must not. */
    public static void printed(TokenResponse tokens, Logger log) {
        // region printed
        log.info("{}", tokens); // shows no token
        log.info("{}", tokens.getAccessToken()); // the token itself: never
        // endregion
    }
}
