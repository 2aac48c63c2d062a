package dev.openidclient.integration

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import java.security.KeyFactory
import java.security.KeyStore
import java.security.PrivateKey
import java.security.cert.Certificate
import java.security.cert.CertificateFactory
import java.security.spec.PKCS8EncodedKeySpec
import java.util.Base64
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory

/** A certificate and its private key, both in PEM. */
class InteropCertificate(
    val certificate: String,
    val key: String,
) {
    override fun toString(): String = "InteropCertificate(key=██)"
}

/** The authority and the client certificates of one run of the server. */
internal class InteropTls(
    certificates: JsonObject,
) {
    val authority: String = certificates.string("authority")

    private val clients: Map<String, InteropCertificate> =
        (certificates.member("clients") + ("self-signed" to certificates.member("selfSigned")))
            .mapValues { (_, pair) ->
                InteropCertificate(pair.jsonObject.string("certificate"), pair.jsonObject.string("key"))
            }

    fun certificate(name: String): InteropCertificate = clients.getValue(name)

    /** Trusts [authority] only and presents [own], if any. */
    fun context(own: InteropCertificate?): SSLContext {
        val trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
        trust.init(emptyStore().apply { setCertificateEntry("authority", parse(authority)) })
        val keys =
            own?.let {
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm()).apply {
                    val chain = arrayOf(parse(it.certificate))
                    init(
                        emptyStore().apply { setKeyEntry("own", privateKey(it.key, chain[0]), PASSWORD, chain) },
                        PASSWORD,
                    )
                }
            }
        return SSLContext.getInstance("TLS").apply { init(keys?.keyManagers, trust.trustManagers, null) }
    }

    private fun emptyStore(): KeyStore = KeyStore.getInstance("PKCS12").apply { load(null, null) }

    private fun parse(pem: String): Certificate =
        CertificateFactory.getInstance("X.509").generateCertificate(pem.byteInputStream())

    private fun privateKey(
        pem: String,
        certificate: Certificate,
    ): PrivateKey {
        val encoded = Base64.getMimeDecoder().decode(pem.replace(Regex("-----[^-]+-----"), ""))
        return KeyFactory.getInstance(certificate.publicKey.algorithm).generatePrivate(PKCS8EncodedKeySpec(encoded))
    }

    private companion object {
        val PASSWORD = charArrayOf() // the store never leaves memory
    }
}
