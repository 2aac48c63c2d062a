package dev.openidclient.jose

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSAVerifier
import com.nimbusds.jose.crypto.RSASSAVerifier
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.util.Base64URL
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature

private val INPUT = "a.b".encodeToByteArray()

class SigningKeySpec :
    FunSpec({
        context("the public key is what one registers:") {
            for (name in listOf("ES256", "PS256", "Ed25519", "EdDSA")) {
                val algorithm = checkNotNull(JwsAlgorithm.of(name))
                test("a key of ${algorithm.identifier} has kid, alg and use") {
                    val public = SigningKey.generate(algorithm, "2026-11").publicJwk

                    listOf(public.keyId, public.algorithm, public.publicKeyUse) shouldBe
                        listOf("2026-11", algorithm.identifier, "sig")
                    JwkSet.of(public).keys.single().verifier(algorithm)
                }
            }

            test("a key without kid has none there") {
                SigningKey.generate(JwsAlgorithm.ES256).publicJwk.json.keys shouldBe
                    setOf("kty", "crv", "x", "y", "alg", "use")
            }

            test("its thumbprint is that of the key alone") {
                val key = SigningKey.generate(JwsAlgorithm.ES256, "k")

                key.thumbprint() shouldBe Jwk(key.publicJwk.publicMembers()).thumbprint()
            }
        }

        context("a key on Ed448 is refused with the name of its curve:") {
            val ed448 = KeyPairGenerator.getInstance("Ed448").generateKeyPair()

            test("a key pair") {
                shouldThrow<UnsupportedFeatureException> { SigningKey.fromKeyPair(ed448) }
                    .message shouldBe "a key on the curve Ed448 is not supported"
            }

            test("a key pair for another algorithm") {
                shouldThrow<IllegalArgumentException> { SigningKey.fromKeyPair(ed448, JwsAlgorithm.ED25519) }
                    .message shouldBe "a key of Ed448 cannot sign with Ed25519"
            }

            test("a JWK") {
                shouldThrow<UnsupportedFeatureException> {
                    SigningKey.fromJwk("""{"kty":"OKP","crv":"Ed448","x":"AQ","d":"AQ"}""")
                }.message shouldContain "\"Ed448\""
            }

            test("an algorithm") {
                shouldThrow<UnsupportedFeatureException> { SigningKey.generate("Ed448") }
                    .message shouldContain "\"Ed448\""
            }
        }

        val available =
            JwsAlgorithm.entries.filter { it.keyType != "AKP" || Jca.hasKeyFactory(it.identifier) }

        for (algorithm in available) {
            test("a generated key of ${algorithm.identifier} signs what its public key verifies") {
                val key = SigningKey.generate(algorithm, "k")
                val signature = key.sign(INPUT)

                key.algorithm shouldBe algorithm
                key.keyId shouldBe "k"
                JwsVerifier.of(key.publicJwk, algorithm).verify(INPUT, signature) shouldBe true
                JwsVerifier.of(key.publicJwk, algorithm).verify("a.c".encodeToByteArray(), signature) shouldBe false
            }

            test("a generated key of ${algorithm.identifier} gives away its public members only") {
                SigningKey.generate(algorithm).publicJwk.isPrivate shouldBe false
            }
        }

        for (algorithm in available.filter { it.keyType in setOf("RSA", "EC") }) {
            test("Nimbus verifies a signature of ${algorithm.identifier}") {
                val key = SigningKey.generate(algorithm)
                val jwk = key.publicJwk.json.toString()
                val verifier =
                    if (algorithm.keyType ==
                        "RSA"
                    ) {
                        RSASSAVerifier(RSAKey.parse(jwk))
                    } else {
                        ECDSAVerifier(ECKey.parse(jwk))
                    }
                val header = JWSHeader(JWSAlgorithm.parse(algorithm.identifier))

                verifier.verify(header, INPUT, Base64URL.encode(key.sign(INPUT))) shouldBe true
            }
        }

        for (algorithm in JwsAlgorithm.entries - available.toSet()) {
            test("a key of ${algorithm.identifier} cannot be generated where the JDK lacks it") {
                shouldThrow<UnsupportedFeatureException> { SigningKey.generate(algorithm) }.message shouldContain
                    "the running JDK has no ${algorithm.identifier}"
            }
        }

        test("a generated key is one of ES256 without kid, unless it is asked otherwise") {
            SigningKey.generate().algorithm shouldBe JwsAlgorithm.ES256
            SigningKey.generate().keyId.shouldBeNull()
        }

        test("a generated RSA key has 2048 bits") {
            RSAKey.parse(SigningKey.generate("PS256").publicJwk.json.toString()).size() shouldBe 2048
        }

        for (identifier in listOf("HS256", "none", "es256", "ES256K", "Ed448", "")) {
            test("no key can be generated for \"$identifier\"") {
                shouldThrow<UnsupportedFeatureException> { SigningKey.generate(identifier) }.message shouldContain
                    "\"$identifier\" is not supported"
            }
        }

        context("a key pair") {
            for ((curve, algorithm) in mapOf("secp256r1" to "ES256", "secp384r1" to "ES384", "secp521r1" to "ES512")) {
                test("on $curve signs with $algorithm") {
                    SigningKey.fromKeyPair(ecKeyPair(curve)).algorithm.identifier shouldBe algorithm
                }
            }

            test("of Ed25519 signs with Ed25519, or with EdDSA where that is named") {
                SigningKey.fromKeyPair(TestKeys.ed25519).algorithm shouldBe JwsAlgorithm.ED25519
                SigningKey.fromKeyPair(TestKeys.ed25519, JwsAlgorithm.EDDSA).algorithm shouldBe JwsAlgorithm.EDDSA
            }

            test("of RSA is refused without algorithm") {
                shouldThrow<IllegalArgumentException> {
                    SigningKey.fromKeyPair(
                        TestKeys.rsa.toKeyPair(),
                    )
                }.message shouldContain
                    "does not tell its algorithm"
            }

            for (bits in listOf(1024, 2040)) {
                test("of RSA with $bits bits is refused") {
                    val weak = KeyPairGenerator.getInstance("RSA").apply { initialize(bits) }.generateKeyPair()

                    shouldThrow<UnsupportedFeatureException> { SigningKey.fromKeyPair(weak, JwsAlgorithm.PS256) }
                        .message shouldContain "must have 2048 bits at least, but has $bits"
                }
            }

            val misfits =
                listOf(
                    TestKeys.rsa.toKeyPair() to JwsAlgorithm.ES256,
                    TestKeys.rsa.toKeyPair() to JwsAlgorithm.ED25519,
                    ecKeyPair("secp256r1") to JwsAlgorithm.ES384,
                    ecKeyPair("secp384r1") to JwsAlgorithm.ES256,
                    ecKeyPair("secp256r1") to JwsAlgorithm.PS256,
                    ecKeyPair("secp521r1") to JwsAlgorithm.EDDSA,
                    TestKeys.ed25519 to JwsAlgorithm.ES256,
                    TestKeys.ed25519 to JwsAlgorithm.RS256,
                    TestKeys.ed25519 to JwsAlgorithm.ML_DSA_44,
                )
            for ((keyPair, algorithm) in misfits) {
                test("of ${PublicJwk.describe(keyPair.public)} is refused for ${algorithm.identifier}") {
                    shouldThrow<IllegalArgumentException> {
                        SigningKey.fromKeyPair(
                            keyPair,
                            algorithm,
                        )
                    }.message shouldContain
                        "cannot sign with ${algorithm.identifier}"
                }
            }

            for (kind in listOf("X25519", "DSA", "DH")) {
                val keyPair = KeyPairGenerator.getInstance(kind).generateKeyPair()

                test("of $kind is refused") {
                    shouldThrow<IllegalArgumentException> { SigningKey.fromKeyPair(keyPair) }.message shouldContain
                        "cannot sign here"
                }

                test("of $kind is refused for Ed25519") {
                    shouldThrow<IllegalArgumentException> { SigningKey.fromKeyPair(keyPair, JwsAlgorithm.ED25519) }
                        .message shouldContain "cannot sign with Ed25519"
                }
            }

            test("is refused with an empty key id") {
                shouldThrow<IllegalArgumentException> {
                    SigningKey.fromKeyPair(
                        TestKeys.ed25519,
                        keyId = "",
                    )
                }.message shouldContain
                    "must not be empty"
            }

            test("whose private key is of another kind is refused") {
                val mixed = KeyPair(TestKeys.rsa.toPublicKey(), TestKeys.ec.toPrivateKey())

                shouldThrow<IllegalArgumentException> { SigningKey.fromKeyPair(mixed, JwsAlgorithm.PS256) }
            }
        }

        test("prints neither private nor public key") {
            SigningKey.generate(keyId = "k").toString() shouldBe "SigningKey(ES256, kid=k)"
        }

        context("derToJws") {
            for ((curve, algorithm) in mapOf(
                "secp256r1" to JwsAlgorithm.ES256,
                "secp384r1" to JwsAlgorithm.ES384,
                "secp521r1" to JwsAlgorithm.ES512,
            )) {
                test("makes of a signature of the JCA one that verifies with ${algorithm.identifier}") {
                    val keyPair = ecKeyPair(curve)
                    val verifier = JwsVerifier.of(PublicJwk.of(keyPair.public, algorithm), algorithm)
                    // many: the numbers in DER differ in length
                    repeat(50) {
                        val jws =
                            SigningKey.derToJws(
                                der(keyPair, "${algorithm.hash.replace("-", "")}withECDSA"),
                                algorithm,
                            )
                        verifier.verify(INPUT, jws) shouldBe true
                    }
                }
            }

            for (algorithm in listOf(JwsAlgorithm.PS256, JwsAlgorithm.ED25519)) {
                test("refuses ${algorithm.identifier}") {
                    shouldThrow<IllegalArgumentException> {
                        SigningKey.derToJws(
                            ByteArray(70),
                            algorithm,
                        )
                    }.message shouldContain
                        "no ECDSA algorithm"
                }
            }

            for (size in listOf(0, 1, 8, 64, 70)) {
                test("refuses $size bytes that are no DER") {
                    shouldThrow<IllegalArgumentException> { SigningKey.derToJws(ByteArray(size), JwsAlgorithm.ES256) }
                }
            }

            test("refuses a signature cut short") {
                val whole = der(ecKeyPair("secp256r1"), "SHA256withECDSA")

                for (size in 0 until whole.size) {
                    shouldThrow<IllegalArgumentException> {
                        SigningKey.derToJws(
                            whole.copyOf(size),
                            JwsAlgorithm.ES256,
                        )
                    }
                }
            }
        }

        test("a caller's own key has the thumbprint of its public key") {
            val jwk = Jwk(TestKeys.ed25519Jwk())
            val own =
                object : SigningKey {
                    override val algorithm = JwsAlgorithm.ED25519
                    override val keyId: String? = null
                    override val publicJwk = jwk

                    override suspend fun sign(bytes: ByteArray): ByteArray = bytes
                }

            own.thumbprint() shouldBe jwk.thumbprint()
        }

        context("algorithmFor") {
            val ed25519 = SigningKey.fromKeyPair(TestKeys.ed25519)
            val edDsa = SigningKey.fromKeyPair(TestKeys.ed25519, JwsAlgorithm.EDDSA)

            test("is the other name of the key's algorithm where the server lists only that") {
                ed25519.algorithmFor(listOf("ES256", "EdDSA")) shouldBe "EdDSA"
                edDsa.algorithmFor(listOf("Ed25519")) shouldBe "Ed25519"
            }

            test("is the key's own name where the server lists it, both or neither") {
                for (values in listOf(null, listOf("PS256"), listOf("EdDSA", "Ed25519"))) {
                    ed25519.algorithmFor(values) shouldBe "Ed25519"
                    edDsa.algorithmFor(values) shouldBe "EdDSA"
                }
            }
        }

        test("the key decides the signature, whatever the hook writes as alg") {
            val key = SigningKey.generate()
            val jws = key.signCompact(jsonObject("""{"alg":"ES256"}"""), jsonObject("{}"), { it.header("alg", "none") })

            jws.substringBefore('.') shouldBe TestKeys.base64Url("""{"alg":"none"}""")
            val input = jws.substringBeforeLast('.').encodeToByteArray()
            JwsVerifier
                .of(key.publicJwk, JwsAlgorithm.ES256)
                .verify(input, checkNotNull(Base64Url.decode(jws.substringAfterLast('.')))) shouldBe true
        }

        test("an assertion prints no value, and changes what it is told") {
            var printed = ""
            val key = SigningKey.generate()
            val jws =
                key.signCompact(mapOf("alg" to JsonPrimitive("ES256")), mapOf("jti" to JsonPrimitive("s3cret"))) {
                    it.claim("n", 1).claim("s", "t").header("typ", "x").removeClaim("jti")
                    printed = it.toString()
                }

            printed shouldBe "Assertion([alg, typ], [n, s])"
            jws.split('.')[1] shouldBe TestKeys.base64Url("""{"n":1,"s":"t"}""")
        }
    })

private fun der(
    keyPair: KeyPair,
    name: String,
): ByteArray =
    Signature.getInstance(name).run {
        initSign(keyPair.private)
        update(INPUT)
        sign()
    }
