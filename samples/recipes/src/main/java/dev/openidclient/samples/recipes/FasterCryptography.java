package dev.openidclient.samples.recipes;

import dev.openidclient.jose.CryptoProvider;
import java.security.Provider;

public final class FasterCryptography {
    private FasterCryptography() {}

    /**
     * Call it when the application starts, before there are keys: from then on this provider signs, verifies and
     * decrypts for all clients. It need not be registered. Corretto and Conscrypt are used without this, once on the
     * class path.
     */
    public static String computeWith(Provider provider) {
        CryptoProvider.use(provider);
        return CryptoProvider.getName(); // for the log
    }

    /** The JDK, whatever is on the class path; -Ddev.openidclient.cryptoProvider=jdk does the same without code. */
    public static void computeWithJdk() {
        CryptoProvider.useJdk();
    }
}
