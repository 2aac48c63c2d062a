package dev.openidclient.integration

import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import io.ktor.client.HttpClient
import io.ktor.client.engine.okhttp.OkHttp
import java.security.KeyFactory
import java.security.KeyStore
import java.security.Signature
import java.security.cert.CertificateFactory
import java.security.spec.PKCS8EncodedKeySpec
import java.util.Base64

/** The keys of the registered clients, in the forms in which an application has them. */
object RecipeKeys {
    /** An RSA key, PKCS#8. */
    @JvmStatic
    fun pem(): String {
        val key = RSAKey.parse(OidcProvider.clientKey("rsa").toString()).toPrivateKey()
        val base64 = Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(key.encoded)
        return "-----BEGIN PRIVATE KEY-----\n$base64\n-----END PRIVATE KEY-----\n"
    }

    /** An elliptic-curve key, P-256. */
    @JvmStatic
    fun jwk(): String = OidcProvider.clientKey("p256").toString()

    /** The `kid` of [jwk]. */
    @JvmStatic
    fun keyId(): String = requireNotNull(ClientKeys.signing(JwsAlgorithm.ES256).keyId) { "the key has no kid" }

    /** The public half of [jwk]. */
    @JvmStatic
    fun publicJwk(): Jwk = ClientKeys.signing(JwsAlgorithm.ES256).publicJwk

    /** Signs a SHA-256 [digest] with [jwk] as a key management service does. */
    @JvmStatic
    fun signDigest(digest: ByteArray): ByteArray {
        val signature = Signature.getInstance("NONEwithECDSA")
        signature.initSign(ECKey.parse(jwk()).toECPrivateKey())
        signature.update(digest)
        return signature.sign()
    }

    /** The client certificate of `tls`, with its key, protected with [password]. */
    @JvmStatic
    fun keyStore(password: CharArray): KeyStore {
        val pair = OidcProvider.clientCertificate("rsa")
        val encoded = Base64.getMimeDecoder().decode(pair.key.replace(Regex("-----[^-]+-----"), ""))
        val key = KeyFactory.getInstance("RSA").generatePrivate(PKCS8EncodedKeySpec(encoded))
        val chain = CertificateFactory.getInstance("X.509").generateCertificates(pair.certificate.byteInputStream())
        val store = KeyStore.getInstance("PKCS12").apply { load(null, null) }
        store.setKeyEntry("client", key, password, chain.toTypedArray())
        return store
    }

    /** A Ktor client as an application may have it. */
    @JvmStatic
    fun httpClient(): HttpClient = HttpClient(OkHttp)

    /** The same certificate with its key, in PEM. */
    @JvmStatic
    fun certificatePem(): String = OidcProvider.clientCertificate("rsa").let { it.certificate + it.key }
}
