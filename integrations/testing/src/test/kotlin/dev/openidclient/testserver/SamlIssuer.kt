package dev.openidclient.testserver

import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import org.w3c.dom.Document
import org.w3c.dom.Element
import java.io.ByteArrayInputStream
import java.io.StringWriter
import java.security.KeyPair
import java.security.KeyPairGenerator
import javax.xml.crypto.dsig.CanonicalizationMethod
import javax.xml.crypto.dsig.DigestMethod
import javax.xml.crypto.dsig.Transform
import javax.xml.crypto.dsig.XMLSignatureFactory
import javax.xml.crypto.dsig.dom.DOMSignContext
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec
import javax.xml.crypto.dsig.spec.TransformParameterSpec
import javax.xml.parsers.DocumentBuilderFactory
import javax.xml.transform.OutputKeys
import javax.xml.transform.TransformerFactory
import javax.xml.transform.dom.DOMSource
import javax.xml.transform.stream.StreamResult

/** Issues SAML assertions with a key of [keyType]. */
internal class SamlIssuer(
    private val keyType: String = "EC",
) {
    private val keys: KeyPair =
        KeyPairGenerator
            .getInstance(keyType)
            .apply {
                initialize(
                    if (keyType ==
                        "EC"
                    ) {
                        P256
                    } else {
                        RSA_BITS
                    },
                )
            }.generateKeyPair()

    val jwks: JwkSet =
        JwkSet.of(
            SigningKey
                .fromKeyPair(
                    keys,
                    if (keyType ==
                        "EC"
                    ) {
                        JwsAlgorithm.ES256
                    } else {
                        JwsAlgorithm.RS256
                    },
                ).publicJwk,
        )

    /** An assertion about alice, for the server https://as.example.com, not signed. */
    fun assertion(notOnOrAfter: String = "2030-01-01T00:00:00Z"): String =
        """<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1"><Issuer>$ISSUER</Issuer><Subject>
            <NameID>alice</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
            <SubjectConfirmationData Recipient="https://as.example.com/token" NotOnOrAfter="$notOnOrAfter"/>
            </SubjectConfirmation></Subject><Conditions NotOnOrAfter="$notOnOrAfter">
            <AudienceRestriction><Audience>https://as.example.com</Audience></AudienceRestriction>
            </Conditions></Assertion>"""

    /** [xml] with the signature of its first element, or of all that [reference] names. */
    fun sign(
        xml: String,
        reference: String? = null,
        algorithm: String = if (keyType == "EC") "${MORE}ecdsa-sha256" else "${MORE}rsa-sha256",
        transforms: List<String> = listOf(Transform.ENVELOPED, CanonicalizationMethod.EXCLUSIVE),
        canonicalization: String = CanonicalizationMethod.EXCLUSIVE,
    ): String {
        val document = parse(xml)
        val root = document.documentElement
        root.setIdAttribute("ID", true)
        val factory = XMLSignatureFactory.getInstance("DOM")
        val what =
            factory.newReference(
                reference ?: "#${root.getAttribute("ID")}",
                factory.newDigestMethod(DigestMethod.SHA256, null),
                transforms.map { factory.newTransform(it, null as TransformParameterSpec?) },
                null,
                null,
            )
        val how = factory.newCanonicalizationMethod(canonicalization, null as C14NMethodParameterSpec?)
        val info = factory.newSignedInfo(how, factory.newSignatureMethod(algorithm, null), listOf(what))
        val context = DOMSignContext(keys.private, root, afterIssuer(root))
        // it signs what nobody should take, too
        context.setProperty("org.jcp.xml.dsig.secureValidation", false)
        factory.newXMLSignature(info, null).sign(context)
        return text(document)
    }

    private fun afterIssuer(root: Element) = (root.getElementsByTagNameNS("*", "Issuer").item(0) ?: root).nextSibling

    companion object {
        const val ISSUER: String = "https://idp.example.com"
        const val MORE: String = "http://www.w3.org/2001/04/xmldsig-more#"
        private const val P256 = 256
        private const val RSA_BITS = 2048

        private fun parse(xml: String): Document {
            val factory = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
            return factory.newDocumentBuilder().parse(ByteArrayInputStream(xml.encodeToByteArray()))
        }

        private fun text(document: Document): String {
            val writer = StringWriter()
            val transformer = TransformerFactory.newInstance().newTransformer()
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes")
            transformer.transform(DOMSource(document), StreamResult(writer))
            return writer.toString()
        }
    }
}
