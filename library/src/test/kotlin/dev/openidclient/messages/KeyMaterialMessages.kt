package dev.openidclient.messages

import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate

private fun pem(name: String): String = Messages::class.java.getResource("/pem/$name")!!.readText()

private val EC get() = jsonObject(TestKeys.ec.toJSONString())

private fun ecWith(vararg changes: Pair<String, JsonElement?>): JsonObject =
    JsonObject((EC + changes.toMap()).mapNotNull { (name, value) -> value?.let { name to it } }.toMap())

private fun signing(vararg changes: Pair<String, JsonElement?>) = SigningKey.fromJwk(ecWith(*changes))

private fun decrypting(vararg changes: Pair<String, JsonElement?>) = DecryptionKey.fromJwk(ecWith(*changes))

private fun keyPair(
    algorithm: String,
    bits: Int? = null,
): KeyPair = KeyPairGenerator.getInstance(algorithm).apply { bits?.let(::initialize) }.generateKeyPair()

private fun certifiedKey() =
    Certificates.keyStore("a self-signed one", "EC").let {
        val pem = Certificates.certificatePem(it)
        SigningKey.fromPem(Certificates.privateKeyPem(it) + pem).withCertificates(pem)
    }

private fun authority() =
    CertificateFactory
        .getInstance("X.509")
        .generateCertificate(Certificates.authorityPem.byteInputStream()) as X509Certificate

/** JWKs of the program's own. */
internal suspend fun Messages.ownJwks() {
    of { Jwk.parse("[]") }
    of { Jwk(jsonObject("""{"kty":"oct"}""")).thumbprint() }
    of { Jwk(jsonObject("""{"kty":"RSA"}""")).thumbprint() }
    of { JwkSet.parse("[]") }
    of { JwkSet.parse("""{"keys":{}}""") }
    of { JwkSet.of(Jwk(EC)) }
    of { signing("use" to text("enc")) }
    of { signing("key_ops" to json("""["verify"]""")) }
    of { signing("alg" to text("XS256")) }
    of { SigningKey.fromJwk(ecWith("alg" to text("ES256")), JwsAlgorithm.ES384) }
    of { signing("d" to null) }
    of { signing("d" to text("!")) }
    of { signing("d" to text("AAAA")) }
    of { signing("kty" to text("oct")) }
    of { signing("x" to number(1)) }
    of { signing("kty" to text("OKP"), "crv" to text("Ed448")) }
    of { signing("kty" to text("OKP"), "crv" to text("Ed25519"), "x" to text("AA")) }
    of { signing("kty" to text("AKP"), "alg" to text("ES256")) }
    of { decrypting("use" to text("sig")) }
    of { DecryptionKey.fromJwk(ecWith("alg" to text("ECDH-ES")), "ECDH-ES+A256KW") }
    of { decrypting("alg" to text("RSA-OAEP")) }
}

/** Key pairs of the JCA. */
internal suspend fun Messages.keyPairs() {
    val ec = TestKeys.ec.toKeyPair()
    val rsa = TestKeys.rsa.toKeyPair()
    of { SigningKey.generate("XS256") }
    of { SigningKey.fromKeyPair(ec, keyId = "") }
    of { SigningKey.fromKeyPair(rsa) }
    of { SigningKey.fromKeyPair(ec, JwsAlgorithm.ES384) }
    of { SigningKey.fromKeyPair(keyPair("RSA", bits = 1024), JwsAlgorithm.PS256) }
    of { SigningKey.fromKeyPair(keyPair("DSA", bits = 1024)) }
    of { SigningKey.fromKeyPair(KeyPair(TestKeys.otherRsa.toRSAPublicKey(), rsa.private), JwsAlgorithm.PS256) }
    of { SigningKey.fromKeyPair(ec).withCertificates(emptyList()) }
    of { SigningKey.fromKeyPair(ec).withCertificates("x") }
    of { SigningKey.fromKeyPair(ec).withCertificates(Certificates.authorityPem) }
    of { certifiedKey().let { it.withCertificates(it.certificates + authority()) } }
    of { SigningKey.derToJws(ByteArray(2), JwsAlgorithm.ES256) }
    of { SigningKey.derToJws(ByteArray(2), JwsAlgorithm.RS256) }
    of { DecryptionKey.fromKeyPair(rsa) }
    of { DecryptionKey.fromKeyPair(ec, "RSA-OAEP") }
    of { DecryptionKey.fromKeyPair(rsa, "RSA-OAEP", "") }
    of { DecryptionKey.fromKeyPair(keyPair("DSA", bits = 1024)) }
    of { DecryptionKey.fromKeyPair(TestKeys.ed25519) }
    of { DecryptionKey.generate("RSA-OAEP", curve = "P-256") }
    of { DecryptionKey.generate("ECDH-ES", curve = "P-224") }
    of { DecryptionKey.generate("dir") }
}

/** PEM text. */
internal suspend fun Messages.pemTexts() {
    of { SigningKey.fromPem("x") }
    of { SigningKey.fromPem(pem("ec-encrypted.pem")) }
    of { SigningKey.fromPem(pem("ec-encrypted.pem"), password = "wrong".toCharArray()) }
    of { SigningKey.fromPem(pem("ec-encrypted-scrypt.pem"), password = "changeit".toCharArray()) }
    of { SigningKey.fromPem(pem("ec-sec1-encrypted.pem")) }
    of { SigningKey.fromPem(pem("ec-sec1-without-public.pem")) }
    of { SigningKey.fromPem(pem("ed448.pem")) }
    of { SigningKey.fromPem(Certificates.pem("OPENSSH PRIVATE KEY", ByteArray(3))) }
    of { SigningKey.fromPem(Certificates.pem("DSA PRIVATE KEY", ByteArray(3))) }
    of { SigningKey.fromPem(Certificates.pem("PRIVATE KEY", ByteArray(3))) }
    of { SigningKey.fromPem("-----BEGIN PRIVATE KEY-----\n%%%=x\n-----END PRIVATE KEY-----\n") }
    of { SigningKey.fromPem(Certificates.pem("EC PRIVATE KEY", ByteArray(3))) }
    of { SigningKey.fromPem(pem("ec-pkcs8.pem") + Certificates.pem("PUBLIC KEY", ByteArray(3))) }
    of { SigningKey.fromPem(pem("ec-pkcs8.pem") + Certificates.pem("CERTIFICATE", ByteArray(3))) }
}
