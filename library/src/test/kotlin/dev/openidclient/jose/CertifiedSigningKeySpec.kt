package dev.openidclient.jose

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.sign
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPair
import java.security.KeyStore
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.cert.X509Certificate
import java.util.Base64

private val OWN = Certificates.issued()

private const val ANOTHER_KEYS = "the first certificate must be that of the signing key, but is another key's"

/** RFC 7515 §4.1.6, §4.1.8. */
class CertifiedSigningKeySpec :
    FunSpec({
        val key = keyOf(OWN)
        val chain = chainOf(OWN)

        test("a client assertion names the certificate by its SHA-256, beside alg and kid") {
            assertionHeader(key.withCertificates(chain)) shouldBe header("x5t#S256" to JsonPrimitive(hash(chain[0])))
        }

        test("with includeChain it has all certificates in order, in base64") {
            val encoder = Base64.getEncoder()
            val encoded = chain.map { JsonPrimitive(encoder.encodeToString(it.encoded)) }

            chain.size shouldBe 2
            assertionHeader(key.withCertificates(chain).includeChain()) shouldBe
                header("x5t#S256" to JsonPrimitive(hash(chain[0])), "x5c" to JsonArray(encoded))
        }

        test("a request object names the certificate too") {
            val client = StubServer().client()
            val request = client.authorizationRequest { redirectUri(REDIRECT_URI) }
            val signed = client.sign(request, key.withCertificates(chain)).url.substringAfter("request=")

            headerOf(signed.substringBefore('&'))["x5t#S256"] shouldBe JsonPrimitive(hash(chain[0]))
        }

        test("a DPoP proof has the key alone") {
            val url = AbsoluteUrl.parse("https://api.example.com/").shouldNotBeNull()
            val proof = Dpop(key.withCertificates(chain).includeChain()).proof("GET", url, null, 0, null)

            headerOf(proof).keys shouldBe setOf("alg", "typ", "jwk")
        }

        test("a hook has the last word on it") {
            val authentication = PrivateKeyJwt(key.withCertificates(chain)) { it.header("x5t#S256", "other") }

            assertionHeader(authentication)["x5t#S256"] shouldBe JsonPrimitive("other")
        }

        test("the certificates of PEM text are the same") {
            val pem = Certificates.certificatePem(OWN) + Certificates.authorityPem

            key.withCertificates(pem).certificates shouldBe chain
            assertionHeader(key.withCertificates(pem)) shouldBe assertionHeader(key.withCertificates(chain))
        }

        test("a key that lives elsewhere has certificates as well") {
            val remote = object : SigningKey by key {}

            assertionHeader(remote.withCertificates(chain))["x5t#S256"] shouldBe JsonPrimitive(hash(chain[0]))
        }

        test("it signs as the key does, and is registered as it is") {
            val certified = key.withCertificates(chain)

            certified.publicJwk shouldBe key.publicJwk
            certified.thumbprint() shouldBe key.thumbprint()
            val input = "a.b".encodeToByteArray()
            key.publicJwk.verifier(key.algorithm).verify(input, certified.sign(input)) shouldBe true
        }

        test("the certificates cannot be changed behind its back") {
            val given = chain.toMutableList()
            val certified = key.withCertificates(given)
            given.clear()

            certified.certificates shouldBe chain
        }

        context("refused are certificates") {
            fun refusal(
                of: SigningKey,
                certificates: List<X509Certificate>,
            ) = shouldThrow<IllegalArgumentException> { of.withCertificates(certificates) }.message

            test("of which the first is another key's of the same kind") {
                val other = SigningKey.generate(JwsAlgorithm.PS256)
                refusal(other, chain) shouldBe ANOTHER_KEYS
            }

            test("of which the first is another kind of key's") {
                refusal(SigningKey.generate(JwsAlgorithm.ES256), chain) shouldBe ANOTHER_KEYS
            }

            test("of which the first is the authority's") {
                refusal(key, chain.reversed()) shouldBe ANOTHER_KEYS
            }

            test("of which one did not issue the one before") {
                refusal(key, listOf(chain[0], chain[0])) shouldBe
                    "the certificates must be in order, each of who issued the one before, but number 2 is not"
            }

            test("that are none") {
                refusal(key, emptyList()) shouldBe "the certificates of a signing key must not be none"
                shouldThrow<IllegalArgumentException> { key.withCertificates("no PEM") }.message shouldBe
                    "the PEM text has no certificate (the block CERTIFICATE)"
            }
        }

        test("it shows how many certificates it has, and no key") {
            key.withCertificates(chain).toString() shouldBe
                "CertifiedSigningKey(SigningKey(PS256, kid=k-1), 2 certificates)"
            key.withCertificates(chain).includeChain().toString() shouldBe
                "CertifiedSigningKey(SigningKey(PS256, kid=k-1), 2 certificates in x5c)"
        }
    })

private fun keyOf(store: KeyStore): SigningKey {
    val private = store.getKey(Certificates.ALIAS, Certificates.PASSWORD.toCharArray()) as PrivateKey
    val public = store.getCertificate(Certificates.ALIAS).publicKey
    return SigningKey.fromKeyPair(KeyPair(public, private), JwsAlgorithm.PS256, "k-1")
}

private fun chainOf(store: KeyStore): List<X509Certificate> =
    store.getCertificateChain(Certificates.ALIAS).map { it as X509Certificate }

private fun hash(certificate: X509Certificate): String =
    Base64.getUrlEncoder().withoutPadding().encodeToString(
        MessageDigest.getInstance("SHA-256").digest(certificate.encoded),
    )

private fun header(vararg members: Pair<String, JsonElement>) =
    JsonObject(
        mapOf(
            "alg" to JsonPrimitive("PS256"),
            "typ" to JsonPrimitive("client-authentication+jwt"),
            "kid" to JsonPrimitive("k-1"),
        ) + members,
    )

private fun headerOf(compact: String): JsonObject = Jwt.parse(compact, "JWT").header

private suspend fun assertionHeader(key: SigningKey): JsonObject = assertionHeader(PrivateKeyJwt(key))

/** Of what a token endpoint is sent. */
private suspend fun assertionHeader(authentication: PrivateKeyJwt): JsonObject {
    val server = StubServer().answerTokens()
    server.client { this.authentication = authentication }.clientCredentialsGrant()
    return headerOf(server.lastTo("/token").form["client_assertion"].shouldNotBeNull())
}
