package dev.openidclient.vectors

import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Pem
import dev.openidclient.jose.PublicJwk
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class Rfc7517Spec :
    FunSpec({
        val public = Vector.of(RFC, "section" to "A.1")
        val private = Vector.of(RFC, "section" to "A.2")
        val symmetric = Vector.of(RFC, "section" to "A.3")

        test("RFC 7517 §A.1 is a set of two keys with what they are for") {
            val set = JwkSet(jsonObject("""{"keys":[${public.joinToString { it.key.toString() }}]}"""))

            set.keys.map { listOf(it.keyType, it.keyId, it.publicKeyUse, it.algorithm) } shouldBe
                listOf(listOf("EC", "1", "enc", null), listOf("RSA", "2011-04-29", null, "RS256"))
        }

        for (vector in public + Vector.of(RFC, "section" to "B")) {
            test("RFC 7517 §${vector.section} ${vector.text("kind")} key is imported") {
                shouldNotThrowAny { Jwk(vector.key).verifier(algorithm(vector)) }
            }
        }

        for (vector in private) {
            test("RFC 7517 §A.2 ${vector.text("kind")} key is no public key") {
                shouldThrow<UnsupportedFeatureException> { Jwk(vector.key).verifier(algorithm(vector)) }
            }
        }

        test("RFC 7517 §A.2 RSA key signs with its alg") {
            val key = SigningKey.fromJwk(private.single { it.text("kind") == "RSA" }.key)
            key.algorithm shouldBe JwsAlgorithm.RS256
            key.keyId shouldBe "2011-04-29"
            key.publicJwk.verifier(key.algorithm).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe true
        }

        test("RFC 7517 §A.2 EC key is for encryption, and only that") {
            val jwk = private.single { it.text("kind") == "EC" }.key
            DecryptionKey.fromJwk(jwk).curve shouldBe "P-256"
            shouldThrow<IllegalArgumentException> { SigningKey.fromJwk(jwk) }
        }

        for ((index, vector) in symmetric.withIndex()) {
            test("RFC 7517 §A.3 symmetric key ${index + 1} is refused for all that keys are for") {
                for (algorithm in JwsAlgorithm.entries) {
                    shouldThrow<UnsupportedFeatureException> { Jwk(vector.key).verifier(algorithm) }
                }
                shouldThrow<RuntimeException> { SigningKey.fromJwk(vector.key, JwsAlgorithm.RS256) }
                shouldThrow<IllegalArgumentException> { DecryptionKey.fromJwk(vector.key, "RSA-OAEP") }
            }
        }

        test("RFC 7517 §B key has the public key of its certificate") {
            val jwk = Vector.of(RFC, "section" to "B").single().key
            val chain = jwk.getValue("x5c").toString().trim('[', ']', '"')
            val pem = "-----BEGIN CERTIFICATE-----\n$chain\n-----END CERTIFICATE-----"
            val key =
                Pem
                    .certificates(pem)
                    .single()
                    .publicKey

            PublicJwk
                .of(key, JwsAlgorithm.RS256)
                .thumbprint() shouldBe Jwk(jwk).thumbprint()
        }

        isNotOpened("RFC 7517", Vector.of(RFC, "kind" to "JWE").single())

        test("RFC 7517 §C.9 encrypted key is no token") {
            shouldThrow<OAuthException> { verify(Vector.of(RFC, "kind" to "JWE").single().compact, public.last().key) }
        }
    })

private const val RFC = "rfc7517.json"

private fun algorithm(vector: Vector): JwsAlgorithm =
    if (vector.text("kind") == "EC") JwsAlgorithm.ES256 else JwsAlgorithm.RS256
