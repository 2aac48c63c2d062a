package dev.openidclient.integration

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider
import dev.openidclient.jose.CryptoProvider
import org.conscrypt.Conscrypt
import java.security.Provider

/** The providers of cryptography that the main flows run with. All other tests run with the JDK's: the build says so. */
object CryptoProviders {
    private val corretto: Provider by lazy { AmazonCorrettoCryptoProvider().also { it.assertHealthy() } }

    @JvmStatic
    val conscrypt: Provider by lazy { Conscrypt.newProvider() }

    /** Their names, for the values of a parameterized test. */
    @JvmStatic
    fun names(): List<String> = listOf("AmazonCorrettoCryptoProvider", "Conscrypt")

    @JvmStatic
    fun use(name: String) = CryptoProvider.use(listOf(corretto, conscrypt).single { it.name == name })

    /** What a test must leave behind, as there is one for all of the JVM. */
    @JvmStatic
    fun reset() = CryptoProvider.useAutomatic()
}
