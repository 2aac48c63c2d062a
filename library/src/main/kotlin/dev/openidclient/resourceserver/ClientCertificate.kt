package dev.openidclient.resourceserver

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.FormEncoding
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import java.net.HttpURLConnection
import java.security.MessageDigest
import java.security.cert.CertificateEncodingException
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.util.Base64

/**
 * The client's certificate from the header of a proxy that has ended TLS. Only the proxy may write that header: it must
 * remove the one that a client sends.
 *
 * The page `docs/receiving-tokens.md` shows the headers of proxies.
 */
public object ClientCertificate {
    private const val LONGEST = 32_768
    private const val BEGIN = "-----BEGIN CERTIFICATE-----"
    private const val END = "-----END CERTIFICATE-----"
    private const val FORM_BEGIN = "-----BEGIN+CERTIFICATE-----"

    /**
     * The one certificate in [text]: PEM, PEM with URL escapes, or the `:base64:` of `Client-Cert` ([RFC 9440
     * §2](https://www.rfc-editor.org/rfc/rfc9440#section-2)); null where [text] is null or blank, so there is none. Whether
     * it is valid, and of whom, the proxy has judged.
     *
     * Throws [RequestRefusedException] (400, `invalid_request`) where it is none of these, more than one, or longer than
     * 32 768 characters.
     */
    @JvmStatic
    public fun parse(text: String?): X509Certificate? {
        val header = text?.trim().orEmpty()
        if (header.isEmpty()) return null
        if (header.length > LONGEST) {
            throw refused("the client certificate has ${header.length} characters, but may have $LONGEST")
        }
        val encoded =
            (if (header.startsWith(":")) byteSequence(header) else pemContent(unescaped(header)))
                ?: throw refused(
                    "a client certificate must be PEM, PEM with URL escapes, or :base64: (RFC 9440), and one alone",
                )
        return certificate(encoded) ?: throw refused("what stands for the client certificate is no X.509 certificate")
    }

    /**
     * The thumbprint of [certificate], as `cnf.x5t#S256` has it ([RFC 8705
     * §3.1](https://www.rfc-editor.org/rfc/rfc8705#section-3.1)). Throws [IllegalArgumentException] where it cannot be
     * encoded, as no certificate of the JDK.
     */
    @JvmStatic
    public fun thumbprint(certificate: X509Certificate): String =
        try {
            Base64Url.encode(Jca.digest("SHA-256").digest(certificate.encoded))
        } catch (e: CertificateEncodingException) {
            throw IllegalArgumentException("the certificate cannot be encoded", e)
        }

    // RFC 8941 §3.3.5
    private fun byteSequence(header: String): ByteArray? =
        if (header.length > 2 && header.endsWith(":")) decoded(header.substring(1, header.length - 1)) else null

    /** A plus sign is a space only where a form was encoded: some proxies leave those of base64 as they are. */
    private fun unescaped(header: String): String =
        when {
            header.startsWith(FORM_BEGIN) -> FormEncoding.decode(header)
            '%' in header -> FormEncoding.decode(header.replace("+", "%2B"))
            else -> header
        }.trim()

    private fun pemContent(pem: String): ByteArray? {
        if (!pem.startsWith(BEGIN) || !pem.endsWith(END) || pem.length < BEGIN.length + END.length) return null
        val content = pem.substring(BEGIN.length, pem.length - END.length)
        // where a header has no line feeds, proxies write spaces or tabs
        return decoded(content.filterNot { it in " \t\r\n" })
    }

    private fun decoded(base64: String): ByteArray? =
        try {
            Base64.getDecoder().decode(base64).takeIf { it.isNotEmpty() }
        } catch (_: IllegalArgumentException) {
            null
        }

    private fun certificate(encoded: ByteArray): X509Certificate? =
        try {
            val read = CertificateFactory.getInstance("X.509").generateCertificate(encoded.inputStream())
            // nothing may stand behind it, and no other form of it be taken
            (read as? X509Certificate)?.takeIf { it.encoded.contentEquals(encoded) }
        } catch (_: CertificateException) {
            null
        }

    private fun refused(message: String) =
        RequestRefusedException(HttpURLConnection.HTTP_BAD_REQUEST, "invalid_request", emptyMap(), message)
}

/**
 * Throws [RefusedToken] where [certificate] is not the one whose [thumbprint] the token has as `cnf.x5t#S256` ([RFC 8705
 * §3](https://www.rfc-editor.org/rfc/rfc8705#section-3)). Compared in constant time.
 */
internal fun requireBoundCertificate(
    thumbprint: String,
    certificate: X509Certificate?,
) {
    if (certificate == null) {
        throw RefusedToken(
            "the access token is bound to a client certificate, but the request came without one: " +
                "clientCertificate of the ResourceRequest takes it",
        )
    }
    val found =
        try {
            ClientCertificate.thumbprint(certificate)
        } catch (e: IllegalArgumentException) {
            throw RefusedToken("the client certificate of the request cannot be encoded", e)
        }
    if (!MessageDigest.isEqual(found.encodeToByteArray(), thumbprint.encodeToByteArray())) {
        throw RefusedToken("the access token is bound to another client certificate than that of the request")
    }
}
