package dev.openidclient.testserver

import org.w3c.dom.Element
import org.xml.sax.SAXException
import java.io.ByteArrayInputStream
import java.io.IOException
import java.time.DateTimeException
import java.time.Instant
import javax.xml.XMLConstants
import javax.xml.crypto.dsig.XMLSignature
import javax.xml.parsers.DocumentBuilderFactory

private const val SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
private const val BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

/** RFC 7522 §3. */
internal fun Server.samlBearerGrant(request: TokenRequest): Granted {
    val bytes = fromBase64Url(request.form.required("assertion")) ?: invalidGrant("the assertion is not base64url")
    val assertion = samlAssertion(bytes)
    requireSigned(assertion)
    val subject = assertion.first("NameID")?.textContent?.trim() ?: invalidGrant("the assertion has no NameID")
    val audiences = assertion.all("Audience").map { it.textContent.trim() }
    if (!isOwnAudience(audiences)) invalidGrant("Audience of the assertion must be $issuer, but is $audiences")
    val bearer =
        assertion.all("SubjectConfirmation").firstOrNull { it.getAttribute("Method") == BEARER }
            ?: invalidGrant("the assertion has no SubjectConfirmation of the method $BEARER")
    val recipient = bearer.first("SubjectConfirmationData")?.getAttribute("Recipient")
    if (recipient != url(TOKEN)) invalidGrant("Recipient of the assertion must be ${url(TOKEN)}, but is '$recipient'")
    val ends = assertion.all("Conditions") + assertion.all("SubjectConfirmationData")
    val end = ends.mapNotNull { instant(it.getAttribute("NotOnOrAfter")) }.minOrNull()
    if (end == null) invalidGrant("the assertion has no NotOnOrAfter")
    if (end <= now) invalidGrant("the assertion expired at $end, and it is $now")
    val id = assertion.getAttribute("ID")
    if (!seenJti.add("saml $id", end, now)) invalidGrant("the assertion came before: its ID is '$id'")
    return granted(request, subject)
}

/** What stands in the signature itself is signed by nobody, so it is gone afterwards. */
private fun Server.requireSigned(assertion: Element) {
    if (assertion.getAttribute("ID").isEmpty()) invalidGrant("the assertion has no ID")
    val issuer = assertion.children(SAML, "Issuer").singleOrNull() ?: invalidGrant("the assertion has no Issuer")
    val name = issuer.textContent.trim()
    val signature =
        assertion.children(XMLSignature.XMLNS, "Signature").singleOrNull()
            ?: invalidGrant("the assertion must have one signature of its own, beside its Issuer")
    SamlSignature.fault(assertion, signature, name, trustedKeys(name))?.let { invalidGrant("the assertion: $it") }
    assertion.removeChild(signature)
}

private fun samlAssertion(bytes: ByteArray): Element {
    val factory = DocumentBuilderFactory.newInstance()
    factory.isNamespaceAware = true
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true)
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true)
    val builder = factory.newDocumentBuilder().apply { setErrorHandler(null) }
    val root =
        try {
            builder.parse(ByteArrayInputStream(bytes)).documentElement
        } catch (_: SAXException) {
            invalidGrant("the assertion is no XML")
        } catch (_: IOException) {
            invalidGrant("the assertion is no XML: it is not UTF-8")
        }
    val isAssertion = root.namespaceURI == SAML && root.localName == "Assertion"
    if (!isAssertion) invalidGrant("the assertion is no SAML 2.0 Assertion")
    return root
}

private fun Element.children(
    namespace: String,
    name: String,
): List<Element> {
    val children = List(childNodes.length) { childNodes.item(it) }.filterIsInstance<Element>()
    return children.filter { it.namespaceURI == namespace && it.localName == name }
}

private fun Element.all(name: String): List<Element> {
    val nodes = getElementsByTagNameNS(SAML, name)
    return List(nodes.length) { nodes.item(it) }.filterIsInstance<Element>()
}

private fun Element.first(name: String): Element? = all(name).firstOrNull()

private fun instant(text: String): Instant? =
    try {
        Instant.parse(text)
    } catch (_: DateTimeException) {
        null
    }
