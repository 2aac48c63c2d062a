package dev.openidclient.jose

import java.security.GeneralSecurityException
import java.security.Key

/**
 * [key] for the use with the chosen provider. Many keys cannot be used so: those in a token or at a remote service are
 * with the provider that the JDK's own lookup finds for them. [factory] is the JCA's name of the kind of key.
 */
internal class ProvidedKey<K : Key>(
    private val algorithms: JcaAlgorithms,
    private val key: K,
    private val factory: String,
) {
    private val own by lazy(LazyThreadSafetyMode.PUBLICATION) {
        if (algorithms.provider == null) null else algorithms.translated(key, factory)
    }

    @Volatile
    private var isRefused = false

    /** What [initialize] makes of the key as the provider has it; null, then and later, where that refuses the key. */
    @Suppress("TooGenericExceptionCaught") // how a provider refuses the key of another is written down nowhere
    fun <T : Any> with(initialize: (K) -> T?): T? {
        val key = own?.takeUnless { isRefused } ?: return null
        return try {
            initialize(key)
        } catch (_: GeneralSecurityException) {
            refused()
        } catch (_: RuntimeException) {
            refused()
        }
    }

    private fun <T> refused(): T? {
        isRefused = true
        return null
    }
}
