package dev.openidclient.http

import javax.net.ssl.SSLContext
import javax.net.ssl.SSLParameters

/**
 * What [RFC 9325 §4.2](https://www.rfc-editor.org/rfc/rfc9325#section-4.2) recommends for TLS 1.2, and the cipher
 * suites of TLS 1.3.
 */
internal object RecommendedTls {
    val CIPHER_SUITES: Set<String> =
        setOf(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        )

    private val PROTOCOLS = setOf("TLSv1.3", "TLSv1.2")

    /** Those of them that [context] has. */
    fun parameters(context: SSLContext): SSLParameters {
        val supported = context.supportedSSLParameters
        return SSLParameters(
            supported.cipherSuites.filter { it in CIPHER_SUITES }.toTypedArray(),
            supported.protocols.filter { it in PROTOCOLS }.toTypedArray(),
        )
    }
}
