package dev.openidclient.http

import dev.openidclient.error.MASK
import dev.openidclient.jose.Pem
import java.security.KeyStore
import java.security.PrivateKey
import java.security.SecureRandom
import java.security.UnrecoverableKeyException
import java.security.cert.X509Certificate
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManager
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/**
 * TLS for the engine that a client makes for itself: the client certificate of mutual TLS
 * ([RFC 8705](https://www.rfc-editor.org/rfc/rfc8705)), and whom to trust where the system's authorities do not do.
 *
 * The page `docs/engines.md` shows private authorities and client certificates.
 */
public class TlsSettings internal constructor() {
    internal var identity: TlsIdentity? = null
        private set
    internal var trusted: KeyStore? = null
        private set
    internal var onlyRecommendedSuites: Boolean = false
        private set

    /**
     * The client certificate and key in [keyStore] (its only key entry, or the one called [alias]), protected with
     * [password].
     */
    @JvmOverloads
    public fun keyStore(
        keyStore: KeyStore,
        password: CharArray,
        alias: String? = null,
    ): TlsSettings {
        identity = TlsIdentity.of(keyStore, password, alias)
        return this
    }

    /**
     * The client certificate, then those of its authorities, and its private key, as PEM text, in any order: PKCS#8,
     * PKCS#1, SEC 1, or PKCS#8 that is encrypted with [password].
     */
    @JvmOverloads
    public fun pem(
        pem: String,
        password: CharArray? = null,
    ): TlsSettings {
        val chain = Pem.certificates(pem)
        require(chain.isNotEmpty()) { "the PEM text has no certificate (the block CERTIFICATE)" }
        identity = TlsIdentity(Pem.privateKey(pem, password), chain)
        return this
    }

    /** Trusts the authorities in [keyStore] and no others. */
    public fun trustStore(keyStore: KeyStore): TlsSettings {
        trusted = keyStore
        return this
    }

    /** Trusts the certificates in [pem] and no others. */
    public fun trustPem(pem: String): TlsSettings {
        val certificates = Pem.certificates(pem)
        require(certificates.isNotEmpty()) { "the PEM text has no certificate (the block CERTIFICATE)" }
        val store = emptyKeyStore()
        certificates.forEachIndexed { index, certificate -> store.setCertificateEntry("trusted-$index", certificate) }
        return trustStore(store)
    }

    /**
     * Offers nothing but TLS 1.2 with the cipher suites that [RFC 9325
     * §4.2](https://www.rfc-editor.org/rfc/rfc9325#section-4.2) recommends, and TLS 1.3. The security profiles imply it
     * for the engine that a client makes for itself, and demand it of a transport that [HttpEngine.open] made.
     */
    public fun recommendedCipherSuites(): TlsSettings {
        onlyRecommendedSuites = true
        return this
    }

    override fun toString(): String = "TlsSettings($MASK)"
}

/** A private key with its certificate chain. */
internal class TlsIdentity(
    val key: PrivateKey,
    val chain: List<X509Certificate>,
) {
    override fun toString(): String = "TlsIdentity($MASK)"

    companion object {
        fun of(
            keyStore: KeyStore,
            password: CharArray,
            alias: String?,
        ): TlsIdentity {
            val aliases = keyStore.aliases().toList().filter(keyStore::isKeyEntry)
            val chosen =
                requireNotNull(alias ?: aliases.singleOrNull()) {
                    "the key store must have one key entry, or its alias must be named: it has ${aliases.size}"
                }
            val key =
                requireNotNull(
                    key(keyStore, password, chosen),
                ) { "the key store has no private key \"$chosen\"" }
            return TlsIdentity(key, keyStore.getCertificateChain(chosen).map { it as X509Certificate })
        }

        private fun key(
            keyStore: KeyStore,
            password: CharArray,
            alias: String,
        ): PrivateKey? =
            try {
                keyStore.getKey(alias, password) as? PrivateKey
            } catch (_: UnrecoverableKeyException) {
                throw IllegalArgumentException("the password does not open the private key \"$alias\"")
            }
    }
}

/** The JSSE form of [TlsSettings]. */
internal object Jsse {
    // protects an entry of a key store that never leaves this process
    private val NO_PASSWORD = CharArray(0)

    fun context(tls: TlsSettings): SSLContext {
        val keyManagers =
            tls.identity?.let { identity ->
                val factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
                factory.init(keyStoreOf(identity), NO_PASSWORD)
                factory.keyManagers
            }
        // null: the system's authorities
        val trustManagers = tls.trusted?.let { trustManagers(it).toTypedArray() }
        return SSLContext.getInstance("TLS").apply { init(keyManagers, trustManagers, SecureRandom()) }
    }

    fun keyStoreOf(identity: TlsIdentity): KeyStore =
        emptyKeyStore().apply { setKeyEntry("client", identity.key, NO_PASSWORD, identity.chain.toTypedArray()) }

    /** Of [tls], else the system's. */
    fun trustManager(tls: TlsSettings?): X509TrustManager =
        trustManagers(tls?.trusted).filterIsInstance<X509TrustManager>().first()

    /** Null stands for the authorities that the system trusts. */
    private fun trustManagers(trusted: KeyStore?): List<TrustManager> {
        val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
        factory.init(trusted)
        return factory.trustManagers.toList()
    }
}

private fun emptyKeyStore(): KeyStore = KeyStore.getInstance("PKCS12").apply { load(null, null) }
