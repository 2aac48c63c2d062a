package dev.openidclient.jose

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.security.cert.X509Certificate
import java.util.Base64

/**
 * A signing key with its certificate, for servers that know a client by that: the header of what it signs names the
 * certificate as `x5t#S256` ([RFC 7515 §4.1.8](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.8)), and with
 * [includeChain] has it as `x5c`. That goes for client assertions and request objects; a DPoP proof has the key itself.
 * [SigningKey.withCertificates] makes one.
 */
public class CertifiedSigningKey private constructor(
    private val key: SigningKey,
    /** The certificate of this key, then each time that of who issued the one before. */
    public val certificates: List<X509Certificate>,
    private val isChainIncluded: Boolean,
) : SigningKey by key {
    /** What the header of a JWT that this key signs says of its certificates. */
    internal val header: Map<String, JsonElement> =
        mapOf("x5t#S256" to JsonPrimitive(thumbprintOf(certificates.first()))) +
            if (isChainIncluded) mapOf("x5c" to encoded(certificates)) else emptyMap()

    /**
     * The same key, whose headers have all of [certificates], as `x5c` ([RFC 7515
     * §4.1.6](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.6)): for servers that trust an authority, and know no
     * certificate of their clients.
     */
    public fun includeChain(): CertifiedSigningKey = CertifiedSigningKey(key, certificates, isChainIncluded = true)

    override fun toString(): String =
        "CertifiedSigningKey($key, ${certificates.size} certificates${if (isChainIncluded) " in x5c" else ""})"

    internal companion object {
        fun of(
            key: SigningKey,
            chain: List<X509Certificate>,
        ): CertifiedSigningKey {
            require(chain.isNotEmpty()) { "the certificates of a signing key must not be none" }
            require(isOf(key, chain.first())) {
                "the first certificate must be that of the signing key, but is another key's"
            }
            for (index in 1 until chain.size) {
                require(chain[index].subjectX500Principal == chain[index - 1].issuerX500Principal) {
                    "the certificates must be in order, each of who issued the one before, " +
                        "but number ${index + 1} is not"
                }
            }
            return CertifiedSigningKey(key, chain.toList(), isChainIncluded = false)
        }

        private fun isOf(
            key: SigningKey,
            certificate: X509Certificate,
        ): Boolean {
            val public = certificate.publicKey
            return PublicJwk.fits(public, key.algorithm) &&
                PublicJwk.of(public, key.algorithm).thumbprint() == key.publicJwk.thumbprint()
        }

        private fun thumbprintOf(certificate: X509Certificate): String =
            Base64Url.encode(Jca.digest("SHA-256").digest(certificate.encoded))

        // not base64url: RFC 7515 §4.1.6
        private fun encoded(certificates: List<X509Certificate>) =
            JsonArray(certificates.map { JsonPrimitive(Base64.getEncoder().encodeToString(it.encoded)) })
    }
}
