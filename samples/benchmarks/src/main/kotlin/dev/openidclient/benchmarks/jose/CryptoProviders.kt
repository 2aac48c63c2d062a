package dev.openidclient.benchmarks.jose

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider
import org.conscrypt.Conscrypt
import java.security.Provider
import java.security.Signature

/** Whose cryptography a row uses. */
enum class CryptoProviders(
    val title: String,
) {
    JDK("JDK"),
    ACCP("ACCP"),
    CONSCRYPT("Conscrypt"),
    ;

    /** Whether its native library loads on this machine. */
    val isAvailable: Boolean get() =
        when (this) {
            JDK -> true
            ACCP -> AmazonCorrettoCryptoProvider.INSTANCE.loadingError == null
            CONSCRYPT -> Conscrypt.isAvailable()
        }

    /** The provider itself; null for the JDK, which finds one for each algorithm. */
    fun load(): Provider? =
        when (this) {
            JDK -> null
            ACCP -> AmazonCorrettoCryptoProvider.INSTANCE
            CONSCRYPT -> Conscrypt.newProvider()
        }

    /** What names it among the parameters of a row. */
    val parameters: Map<String, String> get() = mapOf("provider" to title)

    /** The raw signatures of [compacts], which [case] signed; null where this provider has none. */
    fun rawSignature(
        case: Case,
        vararg compacts: String = arrayOf(case.signed.idToken),
    ): RawSignature? = RawSignature.of(case, load() ?: jdkProvider(case), compacts.asList())

    private fun jdkProvider(case: Case): Provider = Signature.getInstance(jdkName(case.algorithm)).provider

    private fun jdkName(algorithm: String): String =
        when (algorithm) {
            "RS256" -> "SHA256withRSA"
            "PS256" -> "RSASSA-PSS"
            "ES256" -> "SHA256withECDSAinP1363Format"
            else -> algorithm
        }
}
