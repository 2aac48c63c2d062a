package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.jsonPrimitive
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PublicKey
import java.security.spec.X509EncodedKeySpec

class LocalDecryptionKeySpec :
    FunSpec({
        context("a new key") {
            val made =
                listOf("RSA-OAEP-256" to null, "ECDH-ES" to null) +
                    listOf("P-256", "P-384", "P-521", "X25519").map { "ECDH-ES+A256KW" to it }
            for ((algorithm, curve) in made) {
                test("for $algorithm${curve?.let { " on $it" }.orEmpty()} opens what its public key encrypts") {
                    val key = DecryptionKey.generate(algorithm, "2026-11", curve)
                    val public = key.publicJwk

                    public.isPrivate shouldBe false
                    listOf(public.keyId, public.algorithm, public.publicKeyUse, public.curve) shouldBe
                        listOf("2026-11", algorithm, "enc", curve ?: "P-256".takeIf { algorithm == "ECDH-ES" })
                    val text = jwe(publicKey(public), algorithm) { keyID("2026-11") }
                    key.decrypt(text).decodeToString() shouldBe "a.b.c"
                }
            }

            val refused =
                listOf("RSA-OAEP" to "P-256", "ECDH-ES" to "P-999", "ECDH-ES" to "Ed25519", "RSA1_5" to null)
            for ((algorithm, curve) in refused) {
                test("is not made for <$algorithm> on $curve") {
                    shouldThrow<IllegalArgumentException> { DecryptionKey.generate(algorithm, curve = curve) }
                }
            }
        }

        test("an algorithm that no key is made for is refused with those that there are") {
            shouldThrow<IllegalArgumentException> { DecryptionKey.generate("RSA1_5") }.message.orEmpty().let {
                it shouldContain "RSA-OAEP-256"
                it shouldContain "ECDH-ES+A256KW"
            }
        }

        context("the public key") {
            test("has no alg where it is used with several, and no kid where the key has none") {
                DecryptionKey.fromKeyPair(TestKeys.ec.toKeyPair()).publicJwk.json.keys shouldBe
                    setOf("kty", "crv", "x", "y", "use")
            }

            test("is not told by a pair without public half") {
                val key = DecryptionKey.fromKeyPair(KeyPair(null, TestKeys.ec.toECPrivateKey()))

                shouldThrow<IllegalStateException> { key.publicJwk }.message shouldContain "without its public half"
            }
        }

        val rsa = TestKeys.rsa.toKeyPair()
        val p256 = ecKeyPair("secp256r1")
        val x25519 = X25519Encrypter.x25519()
        val ecdh =
            mapOf(
                "P-256" to p256,
                "P-384" to ecKeyPair("secp384r1"),
                "P-521" to ecKeyPair("secp521r1"),
                "X25519" to x25519,
            )

        for (algorithm in LocalDecryptionKey.RSA_ALGORITHMS) {
            test("opens $algorithm") {
                val key = DecryptionKey.fromKeyPair(rsa, algorithm)
                key.decrypt(jwe(rsa.public, algorithm)).decodeToString() shouldBe "a.b.c"
            }
        }

        for ((curve, keyPair) in ecdh) {
            for (algorithm in LocalDecryptionKey.ECDH_ALGORITHMS) {
                test("opens $algorithm on $curve") {
                    val key = DecryptionKey.fromKeyPair(keyPair)
                    key.decrypt(jwe(keyPair.public, algorithm)).decodeToString() shouldBe "a.b.c"
                }
            }

            for (encryption in Decryption.CONTENT_ENCRYPTION) {
                test("opens $encryption with a key agreed on $curve") {
                    val key = DecryptionKey.fromKeyPair(keyPair)
                    key.decrypt(jwe(keyPair.public, "ECDH-ES", encryption)).decodeToString() shouldBe "a.b.c"
                }
            }
        }

        context("a key") {
            test("of RSA is for its one algorithm") {
                DecryptionKey.fromKeyPair(rsa, "RSA-OAEP-256").algorithms shouldBe setOf("RSA-OAEP-256")
                DecryptionKey.fromKeyPair(rsa, "RSA-OAEP-256").curve.shouldBeNull()
            }

            for ((curve, keyPair) in ecdh) {
                test("on $curve is for all of ECDH-ES unless it is narrowed") {
                    DecryptionKey.fromKeyPair(keyPair).curve shouldBe curve
                    DecryptionKey.fromKeyPair(keyPair).algorithms shouldContainExactlyInAnyOrder
                        listOf("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")
                    DecryptionKey.fromKeyPair(keyPair, "ECDH-ES").algorithms shouldBe setOf("ECDH-ES")
                }
            }

            test("has kid and algorithm of its JWK") {
                val jwk = ECKeyGenerator(Curve.P_256).keyID("k").generate().toJSONObject() + ("alg" to "ECDH-ES+A128KW")
                val key = DecryptionKey.fromJwk(jwkText(jwk + ("use" to "enc")))

                key.keyId shouldBe "k"
                key.algorithms shouldBe setOf("ECDH-ES+A128KW")
            }

            test("prints nothing secret") {
                DecryptionKey.fromKeyPair(rsa, "RSA-OAEP", "k").toString() shouldBe "DecryptionKey([RSA-OAEP], kid=k)"
            }
        }

        context("refuses to be made of") {
            test("an RSA key without algorithm") {
                shouldThrow<IllegalArgumentException> { DecryptionKey.fromKeyPair(rsa) }.message shouldContain
                    "does not tell its algorithm"
            }

            for (algorithm in listOf("RSA1_5", "ECDH-ES", "dir", "RS256", "rsa-oaep", "")) {
                test("an RSA key for \"$algorithm\"") {
                    shouldThrow<IllegalArgumentException> {
                        DecryptionKey.fromKeyPair(
                            rsa,
                            algorithm,
                        )
                    }.message shouldContain
                        "cannot be used with \"$algorithm\""
                }
            }

            for (algorithm in listOf("RSA-OAEP", "dir", "ECDH-1PU", "A128KW", "ES256")) {
                for ((curve, keyPair) in ecdh) {
                    test("a key on $curve for $algorithm") {
                        shouldThrow<IllegalArgumentException> { DecryptionKey.fromKeyPair(keyPair, algorithm) }
                            .message shouldContain "cannot be used with \"$algorithm\""
                    }
                }
            }

            for (kind in listOf("Ed25519", "X448", "DSA")) {
                test("a key of the kind $kind") {
                    val keyPair = KeyPairGenerator.getInstance(kind).generateKeyPair()
                    shouldThrow<IllegalArgumentException> { DecryptionKey.fromKeyPair(keyPair) }
                }
            }

            test("an empty key id") {
                shouldThrow<IllegalArgumentException> {
                    DecryptionKey.fromKeyPair(
                        p256,
                        keyId = "",
                    )
                }.message shouldContain
                    "must not be empty"
            }

            test("a JWK whose use is to sign") {
                val jwk = TestKeys.ec.toJSONObject() + ("use" to "sig")
                shouldThrow<IllegalArgumentException> { DecryptionKey.fromJwk(jwkText(jwk)) }.message shouldContain
                    "\"use\""
            }

            test("a JWK for another algorithm than the one named") {
                val jwk = TestKeys.rsa.toJSONObject() + ("alg" to "RSA-OAEP")
                shouldThrow<IllegalArgumentException> { DecryptionKey.fromJwk(jwkText(jwk), "RSA-OAEP-256") }
                    .message shouldContain "the JWK is for RSA-OAEP, not for RSA-OAEP-256"
            }

            test("a public JWK") {
                shouldThrow<IllegalArgumentException> {
                    DecryptionKey.fromJwk(TestKeys.publicJwk(TestKeys.rsa), "RSA-OAEP")
                }.message shouldContain "no private key"
            }
        }
    })

private fun publicKey(jwk: Jwk): PublicKey =
    when (jwk.keyType) {
        "RSA" -> RSAKey.parse(jwk.json.toString()).toPublicKey()
        "EC" -> ECKey.parse(jwk.json.toString()).toPublicKey()
        else -> {
            val x = checkNotNull(Base64Url.decode(jwk.json.getValue("x").jsonPrimitive.content))
            Jca.keyFactory("X25519").generatePublic(X509EncodedKeySpec(X25519_PREFIX + x))
        }
    }

private fun jwkText(members: Map<String, Any>): String =
    members.entries.joinToString(",", "{", "}") { (name, value) -> "\"$name\":\"$value\"" }
