package dev.openidclient.samples.recipes

import dev.openidclient.jose.CryptoProvider
import java.security.Provider

/**
 * Call it when the application starts, before there are keys: from then on this provider signs, verifies and decrypts
 * for all clients. It need not be registered. Corretto and Conscrypt are used without this, once on the class path.
 */
fun computeWith(provider: Provider): String {
    CryptoProvider.use(provider)
    return CryptoProvider.name // for the log
}

/** The JDK, whatever is on the class path; -Ddev.openidclient.cryptoProvider=jdk does the same without code. */
fun computeWithJdk() = CryptoProvider.useJdk()
