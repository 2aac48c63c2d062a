package dev.openidclient.testserver

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import org.w3c.dom.Element
import org.xml.sax.SAXException
import java.io.ByteArrayInputStream
import java.time.DateTimeException
import java.time.Instant
import javax.xml.XMLConstants
import javax.xml.parsers.DocumentBuilderFactory

/** Who may issue assertions and subject tokens for this server, beside itself and the clients. */
internal class TrustedIssuers(
    private val server: Server,
) {
    private val keys = HashMap<String, List<JsonObject>>()

    fun add(
        issuer: String,
        jwks: JsonObject,
    ) {
        keys[issuer] = (jwks["keys"] as? JsonArray)?.filterIsInstance<JsonObject>().orEmpty()
    }

    fun isKnown(issuer: String): Boolean = issuer in keys

    /** The keys of [issuer]: of the server itself, of a client, or of one that was made known; null: nobody's. */
    fun keysOf(issuer: String): List<JsonObject>? =
        when {
            issuer == server.issuer -> server.keys.jwks()
            issuer in keys -> keys[issuer]
            server.clients.isRegistered(issuer) -> server.clients.find(issuer)?.keys?.takeIf { it.isNotEmpty() }
            else -> null
        }
}

/** RFC 7523 §3. */
internal fun Server.jwtBearerGrant(request: TokenRequest): Granted {
    val jws = Jws.parse(request.form.required("assertion")) ?: invalidGrant("the assertion is no JWT")
    val issuer = jws.claims.text("iss") ?: invalidGrant("iss of the assertion is absent")
    val keys =
        trusted.keysOf(issuer)
            ?: invalidGrant("nobody trusts the issuer '$issuer' of the assertion: trustIssuer('$issuer', keys)")
    if (!jws.isSignedBy(keys)) invalidGrant("the signature of the assertion is of no key of '$issuer'")
    if (!isOwnAudience(jws.claims.texts("aud"))) {
        invalidGrant("aud of the assertion must be ${this.issuer}, but is ${jws.claims.texts("aud")}")
    }
    val subject = jws.claims.text("sub") ?: invalidGrant("sub of the assertion is absent")
    assertionFault(this, jws)?.let { invalidGrant("the assertion: $it") }
    return granted(request, subject)
}

private fun Server.granted(
    request: TokenRequest,
    subject: String,
): Granted {
    val scopes = grantedScopes(request.client.client, request.scopes.orEmpty())
    return Granted(Grant(request.client.id, subject, scopes, grantedResources(request.resources)))
}

private const val SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
private const val BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

/** RFC 7522 §3, but for the signature, which is not verified. */
internal fun Server.samlBearerGrant(request: TokenRequest): Granted {
    val bytes = fromBase64Url(request.form.required("assertion")) ?: invalidGrant("the assertion is not base64url")
    val assertion = samlAssertion(bytes)
    assertion.first("Issuer") ?: invalidGrant("the assertion has no Issuer")
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
    if (id.isEmpty()) invalidGrant("the assertion has no ID")
    if (!seenJti.add("saml $id", end, now)) invalidGrant("the assertion came before: its ID is '$id'")
    return granted(request, subject)
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
        }
    if (root.namespaceURI != SAML ||
        root.localName != "Assertion"
    ) {
        invalidGrant("the assertion is no SAML 2.0 Assertion")
    }
    return root
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
