package dev.openidclient.fuzz

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resourceserver.ClientCertificate
import dev.openidclient.resourceserver.ExternalUrl
import dev.openidclient.resourceserver.Forwarded
import dev.openidclient.resourceserver.RefusedProof
import dev.openidclient.resourceserver.RefusedRequest
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.TrustedProxies
import dev.openidclient.resourceserver.proof
import dev.openidclient.resourceserver.proofClaims
import dev.openidclient.resourceserver.proofs
import dev.openidclient.resourceserver.verified
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.TestKeys
import kotlinx.serialization.json.JsonPrimitive
import java.net.URLEncoder
import java.security.cert.X509Certificate
import java.util.Base64

private const val PEER = "10.0.0.7"
private const val UNAUTHORIZED = 401
private const val BAD_REQUEST = 400
private const val LONGER_THAN_ADDRESSES = 100

private val proofValidation = proofs()
private val nonceValidation = proofs { requireNonce() }
private val behindProxies = ExternalUrl(proxies = TrustedProxies.of(listOf("10.0.0.0/8", "::1")))
private val everybody = TrustedProxies.of(listOf("0.0.0.0/0", "::/0"))

private val ownProofs: List<String> by lazy {
    val rsa = mapOf("typ" to JsonPrimitive("dpop+jwt"), "jwk" to TestKeys.publicJwk(TestKeys.rsa))
    val ed = mapOf("typ" to JsonPrimitive("dpop+jwt"), "jwk" to TestKeys.ed25519Jwk())
    listOf(
        proof(),
        TestKeys.signRsa(proofClaims(), header = rsa),
        TestKeys.signRsa(proofClaims(), "PS256", header = rsa),
        TestKeys.signEd25519(proofClaims(), header = ed),
    )
}

/** Readers of what a resource server is sent. */
internal val RESOURCE_SERVER_TARGETS =
    listOf(
        FuzzTarget("dpop-proof", isSecret = true, seeds = { ownProofs.map(String::encodeToByteArray) }) { text ->
            allowedRefusal { nonceValidation.verified(text) }
            refusable {
                proofValidation.verified(text)
                rule(text in ownProofs) { "a proof that nobody made is taken" }
            }
        },
        FuzzTarget("forwarded", seeds = ::forwardedLines) { text ->
            val elements = Forwarded.parse(text)
            if (elements != null) {
                val written = elements.joinToString(", ", transform = ::written)
                rule(Forwarded.parse(written) == elements) { "Forwarded reads otherwise once written: $written" }
            }
            for (name in listOf("forwarded", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port")) {
                val headers = HttpHeaders.received(listOf(name to text))
                refusable {
                    val url = behindProxies.of(ResourceRequest("GET", "http://internal:8080/a", headers, peer = PEER))
                    rule(AbsoluteUrl.parse("$url")?.toString() == "$url") { "$url has another normal form" }
                    rule(url.path == "/a" && url.query == null) { "$url has another path" }
                }
            }
            rule(!everybody.contain(text) || text.length < LONGER_THAN_ADDRESSES) { "an address?" }
        },
        FuzzTarget("client-certificate", isSecret = true, seeds = ::certificates) { text ->
            val certificate = ClientCertificate.parse(text)
            if (certificate != null) {
                val again = ":${Base64.getEncoder().encodeToString(certificate.encoded)}:"
                rule(ClientCertificate.parse(again) == certificate) { "a certificate reads otherwise once written" }
                ClientCertificate.thumbprint(certificate)
            }
        },
    )

/** A refusal as a program sees it, whose message is judged. */
private inline fun <T> refusable(block: () -> T): T =
    try {
        block()
    } catch (e: RefusedProof) {
        throw RequestRefusedException(UNAUTHORIZED, e.error, emptyMap(), e.message.orEmpty(), e)
    } catch (e: RefusedRequest) {
        throw RequestRefusedException(BAD_REQUEST, null, emptyMap(), e.message.orEmpty(), e)
    }

private inline fun allowedRefusal(block: () -> Unit) {
    try {
        block()
    } catch (_: RefusedProof) {
        return
    }
}

private fun written(element: Map<String, String>): String =
    element.entries
        .joinToString(";") { (name, value) -> "$name=\"${value.replace("\\", "\\\\").replace("\"", "\\\"")}\"" }
        .ifEmpty { ";" }

private fun forwardedLines(): List<ByteArray> =
    listOf(
        "for=192.0.2.43, for=\"[2001:db8:cafe::17]:4711\";proto=https;host=\"api.example.com:8443\"",
        "for=_hidden;by=203.0.113.43;host=\"a\\\"b\", for=10.0.0.8;proto=http",
        "api.example.com:8443, [::1]:80",
        "https, http",
        "8443",
        "10.0.0.8",
    ).map(String::encodeToByteArray)

private fun certificates(): List<ByteArray> {
    val certificate =
        Certificates.keyStore("fuzzed-certificate", "EC").getCertificate(Certificates.ALIAS) as X509Certificate
    val pem = Certificates.pem("CERTIFICATE", certificate.encoded)
    return listOf(
        pem,
        URLEncoder.encode(pem, "UTF-8"),
        pem.replace("\n", " "),
        ":${Base64.getEncoder().encodeToString(certificate.encoded)}:",
    ).map(String::encodeToByteArray)
}
