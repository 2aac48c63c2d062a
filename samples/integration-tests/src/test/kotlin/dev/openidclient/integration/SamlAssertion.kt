package dev.openidclient.integration

import org.w3c.dom.Document
import org.w3c.dom.Element
import org.xml.sax.InputSource
import java.io.StringReader
import java.io.StringWriter
import java.security.PrivateKey
import java.time.Instant
import java.time.temporal.ChronoUnit
import java.util.UUID
import javax.xml.crypto.dsig.CanonicalizationMethod
import javax.xml.crypto.dsig.DigestMethod
import javax.xml.crypto.dsig.SignatureMethod
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

/** What the [Partner] says of a person to the issuer [server] (SAML 2.0 Core §2.3.3, RFC 7522 §3), good for a minute. */
class SamlAssertion(
    server: String,
) {
    var subject: String = "alice"
    var issuer: String = Partner.issuer
    var audience: String = server
    var recipient: String = "$server/token"
    var notOnOrAfter: Instant = Instant.now().plusSeconds(60)
    var key: PrivateKey = Partner.rsaKey

    /** The assertion with its signature (XML Signature: enveloped, RSA with SHA-256, exclusive canonicalization). */
    fun signed(): String {
        val document = parse(unsigned())
        val root = document.documentElement.apply { setIdAttribute("ID", true) }
        val xml = XMLSignatureFactory.getInstance("DOM")
        val transforms =
            listOf(Transform.ENVELOPED, CanonicalizationMethod.EXCLUSIVE)
                .map { xml.newTransform(it, null as TransformParameterSpec?) }
        val digest = xml.newDigestMethod(DigestMethod.SHA256, null)
        val reference = xml.newReference("#" + root.getAttribute("ID"), digest, transforms, null, null)
        val canonical =
            xml.newCanonicalizationMethod(CanonicalizationMethod.EXCLUSIVE, null as C14NMethodParameterSpec?)
        val method = xml.newSignatureMethod(SignatureMethod.RSA_SHA256, null)
        val signature = xml.newXMLSignature(xml.newSignedInfo(canonical, method, listOf(reference)), null)
        signature.sign(DOMSignContext(key, root, root.getElementsByTagNameNS(SAML, "Subject").item(0)))
        return serialize(root)
    }

    /** The assertion without a signature. */
    fun unsigned(): String {
        val now = Instant.now().truncatedTo(ChronoUnit.SECONDS)
        return """
            <saml:Assertion xmlns:saml="$SAML" ID="_${UUID.randomUUID()}" IssueInstant="$now" Version="2.0">
              <saml:Issuer>$issuer</saml:Issuer>
              <saml:Subject>
                <saml:NameID>$subject</saml:NameID>
                <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
                  <saml:SubjectConfirmationData NotOnOrAfter="$notOnOrAfter" Recipient="$recipient"/>
                </saml:SubjectConfirmation>
              </saml:Subject>
              <saml:Conditions NotBefore="$now" NotOnOrAfter="$notOnOrAfter">
                <saml:AudienceRestriction><saml:Audience>$audience</saml:Audience></saml:AudienceRestriction>
              </saml:Conditions>
              <saml:AuthnStatement AuthnInstant="$now">
                <saml:AuthnContext>
                  <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef>
                </saml:AuthnContext>
              </saml:AuthnStatement>
            </saml:Assertion>
            """.trimIndent()
    }

    private fun parse(xml: String): Document {
        val factory = DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }
        return factory.newDocumentBuilder().parse(InputSource(StringReader(xml)))
    }

    private fun serialize(element: Element): String {
        val text = StringWriter()
        val transformer = TransformerFactory.newInstance().newTransformer()
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes")
        transformer.transform(DOMSource(element), StreamResult(text))
        return text.toString()
    }

    private companion object {
        const val SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
    }
}
