package dev.openidclient.jose

import java.security.Provider

/**
 * Who computes this library's own cryptography in this JVM: signatures, key agreement, decryption, HMAC, digests, and
 * new keys; not TLS.
 *
 * By default it is the Amazon Corretto Crypto Provider or else Conscrypt where one of them is on the class path, and the
 * JDK where not. They take a small part of the JDK's time for elliptic curves. The system property
 * `dev.openidclient.cryptoProvider` with the value `jdk` turns that off; the default is `auto`.
 *
 * It is of the whole JVM, as keys, PKCE and proofs are made without a client, and it never registers a provider with
 * [java.security.Security]. Choose before the first use: a key goes on with the provider that was chosen when it was
 * made or imported, and so do the keys of a server that are known already. What the provider lacks, an algorithm or the
 * use of a key (as of one that lives in a token), the JDK looks up by itself, as without this setting; so it does for
 * ML-DSA.
 * Safe to call from any thread.
 *
 * The page `docs/keys.md` shows how to choose one, `docs/performance.md` what it gains.
 */
public object CryptoProvider {
    /** `auto` or `jdk`: what holds where nothing is chosen. */
    internal const val PROPERTY: String = "dev" + ".openidclient.cryptoProvider" // in two, as it is no package

    @Volatile
    private var chosen: JcaAlgorithms? = null

    private val jdk = JcaAlgorithms(null)

    private val automatic by lazy { AutomaticProvider().choose()?.let(::JcaAlgorithms) ?: jdk }

    internal val algorithms: JcaAlgorithms get() = chosen ?: automatic

    /**
     * From now on [provider] computes, which need not be registered. It is trusted with every private key and secret.
     * Throws [IllegalArgumentException] where it has no algorithm that this library signs with, as one that could not
     * load its native library.
     */
    @JvmStatic
    public fun use(provider: Provider) {
        if (chosen?.provider === provider) return
        require(SIGNATURES.any { provider.getService("Signature", it) != null }) {
            "the provider $provider has none of the signature algorithms ${SIGNATURES.joinToString()}"
        }
        chosen = JcaAlgorithms(provider)
    }

    /** From now on the JDK computes, with the providers that are registered with [java.security.Security]. */
    @JvmStatic
    public fun useJdk() {
        chosen = jdk
    }

    /**
     * The default again. Which provider that is, is decided once in a JVM. Every use of cryptography throws
     * [IllegalStateException] where the system property `dev.openidclient.cryptoProvider` is neither `auto` nor `jdk`.
     */
    @JvmStatic
    public fun useAutomatic() {
        chosen = null
    }

    /** Name and version of the provider that is in use, or `JDK` and the version of that. */
    @JvmStatic
    public val name: String
        get() = algorithms.provider?.toString() ?: "JDK version ${System.getProperty("java.version")}"

    private val SIGNATURES = listOf("SHA256withECDSA", "SHA256withRSA", "RSASSA-PSS", "Ed25519")
}
