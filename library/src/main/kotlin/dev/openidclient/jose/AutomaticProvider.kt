package dev.openidclient.jose

import org.slf4j.Logger
import org.slf4j.LoggerFactory
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.Provider
import java.security.Signature
import java.security.spec.X509EncodedKeySpec

/**
 * Looks for the first of [candidates] that is on the class path, as [setting] allows: `auto`, `jdk`, or null for the
 * default.
 */
internal class AutomaticProvider(
    private val setting: String? = System.getProperty(CryptoProvider.PROPERTY),
    private val candidates: List<Candidate> = KNOWN,
    private val logger: Logger = LoggerFactory.getLogger(CryptoProvider::class.java),
    private val load: (String) -> Class<*> = { Class.forName(it, false, AutomaticProvider::class.java.classLoader) },
) {
    /** Makes a provider of its main class, which throws what it likes. */
    class Candidate(
        val className: String,
        val create: (Class<*>) -> Any?,
    )

    /** Null for the JDK. */
    fun choose(): Provider? {
        check(setting == null || setting == AUTOMATIC || setting == JDK) {
            "the system property ${CryptoProvider.PROPERTY} must be \"$AUTOMATIC\" or \"$JDK\", but is \"$setting\""
        }
        val provider = if (setting == JDK) null else candidates.firstNotNullOfOrNull(::mainClass)?.let(::loaded)
        logger.debug("cryptography is computed by {}", provider ?: "the JDK")
        return provider
    }

    private fun mainClass(candidate: Candidate): Pair<Candidate, Class<*>>? =
        try {
            candidate to load(candidate.className)
        } catch (_: ClassNotFoundException) {
            null
        } catch (e: LinkageError) {
            // of a later JVM, or a part of it is missing
            warn(candidate, e)
            null
        }

    /** Whoever puts a provider on the class path expects its speed: that it does not load is told, and stops nothing. */
    @Suppress("TooGenericExceptionCaught") // the loading of a native library fails in many ways, errors among them
    private fun loaded(found: Pair<Candidate, Class<*>>): Provider? {
        val (candidate, mainClass) = found
        return try {
            (candidate.create(mainClass) as Provider).also(::test)
        } catch (e: ReflectiveOperationException) {
            warn(candidate, e)
        } catch (e: GeneralSecurityException) {
            warn(candidate, e)
        } catch (e: RuntimeException) {
            warn(candidate, e)
        } catch (e: LinkageError) {
            warn(candidate, e)
        }
    }

    private fun warn(
        candidate: Candidate,
        cause: Throwable,
    ): Provider? {
        logger.warn("{} is on the class path and does not load: the JDK computes instead", candidate.className, cause)
        return null
    }

    /** The known answer is a yes to the signature of RFC 7515 A.3, and a no to another. */
    private fun test(provider: Provider) {
        val forged = SIGNATURE.copyOf().also { it[it.lastIndex] = (it.last() + 1).toByte() }
        if (!verifies(provider, SIGNATURE) || verifies(provider, forged)) {
            throw GeneralSecurityException("$provider does not verify as it should")
        }
    }

    private fun verifies(
        provider: Provider,
        signature: ByteArray,
    ): Boolean =
        Signature.getInstance("SHA256withECDSA", provider).run {
            initVerify(KeyFactory.getInstance("EC").generatePublic(X509EncodedKeySpec(KEY)))
            update(SIGNING_INPUT.encodeToByteArray())
            verify(EcdsaSignature.of(JwsAlgorithm.ES256).toDer(signature))
        }

    companion object {
        private const val AUTOMATIC = "auto"
        private const val JDK = "jdk"

        /** By their names, which are in META-INF/proguard too. */
        val KNOWN: List<Candidate> =
            listOf(
                Candidate("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider") { provider ->
                    provider.getConstructor().newInstance().also { provider.getMethod("assertHealthy").invoke(it) }
                },
                Candidate("org.conscrypt.Conscrypt") { it.getMethod("newProvider").invoke(null) },
            )

        // RFC 7515 A.3; the key as SubjectPublicKeyInfo
        private val KEY =
            bytes(
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gH" +
                    "MzV76e8Tus9uPHvRVEXH8UTNG72bfocs3-257rn0s2ldbqkLJK2KRiMohYjlrQ",
            )
        private const val SIGNING_INPUT =
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS" +
                "9pc19yb290Ijp0cnVlfQ"
        private val SIGNATURE =
            bytes("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")

        private fun bytes(text: String): ByteArray = checkNotNull(Base64Url.decode(text))
    }
}
