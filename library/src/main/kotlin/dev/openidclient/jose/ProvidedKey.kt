package dev.openidclient.jose

import java.security.GeneralSecurityException
import java.security.Key
import java.security.PrivateKey

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

    private val isElsewhere = key is PrivateKey && isOpaque(key)

    /**
     * What [initialize] makes of the key as the provider has it; null, then and ever after, where that refuses the key.
     * Null for a key in a token too: a provider may take it at first, and fail when it is to compute.
     */
    fun <T : Any> with(initialize: (K) -> T?): T? = if (isElsewhere) null else evenElsewhere(initialize)

    /** The same for any key: for one in a token that the JDK finds no provider for. */
    @Suppress("TooGenericExceptionCaught") // how a provider refuses the key of another is written down nowhere
    fun <T : Any> evenElsewhere(initialize: (K) -> T?): T? {
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
