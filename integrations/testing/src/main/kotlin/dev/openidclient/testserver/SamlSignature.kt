package dev.openidclient.testserver

import kotlinx.serialization.json.JsonObject
import org.w3c.dom.Element
import javax.xml.crypto.MarshalException
import javax.xml.crypto.dsig.CanonicalizationMethod
import javax.xml.crypto.dsig.Reference
import javax.xml.crypto.dsig.Transform
import javax.xml.crypto.dsig.XMLSignature
import javax.xml.crypto.dsig.XMLSignatureException
import javax.xml.crypto.dsig.XMLSignatureFactory
import javax.xml.crypto.dsig.dom.DOMValidateContext

/** The enveloped signature of a SAML assertion (SAML 2.0 Core §5.4, XML Signature). */
internal object SamlSignature {
    private const val MORE = "http://www.w3.org/2001/04/xmldsig-more#"
    private const val MGF1 = "http://www.w3.org/2007/05/xmldsig-more#"
    private val HASHES = listOf("sha256", "sha384", "sha512")
    private val ALGORITHMS =
        HASHES.flatMap { listOf("${MORE}rsa-$it", "${MORE}ecdsa-$it", "$MGF1$it-rsa-MGF1") }.toSet()
    private val EXCLUSIVE = setOf(CanonicalizationMethod.EXCLUSIVE, CanonicalizationMethod.EXCLUSIVE_WITH_COMMENTS)

    /**
     * Why [signature] is none of [issuer] over the whole of [assertion], or null. Only [keys], public JWKs, verify it,
     * whatever keys it names itself.
     */
    fun fault(
        assertion: Element,
        signature: Element,
        issuer: String,
        keys: List<JsonObject>,
    ): String? {
        assertion.setIdAttribute("ID", true)
        return try {
            val own = setOf("#" + assertion.getAttribute("ID"))
            for (key in keys.mapNotNull(Jca::publicKey)) {
                val context = DOMValidateContext(key, signature)
                context.setProperty("org.jcp.xml.dsig.secureValidation", true)
                val read = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context)
                val fault = formFault(read, own)
                if (fault != null || verifies(read, context)) return fault
            }
            "the signature is of no key of '$issuer', or not of what stands there"
        } catch (e: MarshalException) {
            "the signature cannot be read: ${e.message}"
        }
    }

    /** One reference, to the whole assertion, which nothing but the removal of the signature changes. */
    private fun formFault(
        signature: XMLSignature,
        own: Set<String>,
    ): String? {
        val algorithm = signature.signedInfo.signatureMethod.algorithm
        val references = signature.signedInfo.references.filterIsInstance<Reference>()
        val transforms = references.flatMap { it.transforms }.filterIsInstance<Transform>().map { it.algorithm }
        return when {
            algorithm !in ALGORITHMS ->
                "the signature algorithm '$algorithm' is none of RSA or ECDSA with " +
                    "SHA-256, SHA-384 or SHA-512"
            signature.signedInfo.canonicalizationMethod.algorithm !in EXCLUSIVE ->
                "the signature must be canonicalized exclusively"
            references.size != 1 || references.single().uri !in own ->
                "the signature must have one reference, to the ID of the assertion"
            Transform.ENVELOPED !in transforms || !(EXCLUSIVE + Transform.ENVELOPED).containsAll(transforms) ->
                "the transforms of the signature must be enveloped-signature and exclusive canonicalization alone"
            else -> null
        }
    }

    /** Of a key of another type than the signature, it is none. */
    private fun verifies(
        signature: XMLSignature,
        context: DOMValidateContext,
    ): Boolean =
        try {
            signature.validate(context)
        } catch (_: XMLSignatureException) {
            false
        }
}
