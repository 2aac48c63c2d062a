package dev.openidclient.vectors

import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.MlDsa
import dev.openidclient.jose.PublicJwk
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class Rfc9964Spec :
    FunSpec({
        val isInJdk = Jca.hasKeyFactory("ML-DSA")
        for (vector in Vector.of("rfc9964.json")) {
            val algorithm = checkNotNull(JwsAlgorithm.of(vector.algorithm))
            val seed = checkNotNull(Base64Url.decode(vector.text("priv")))

            fun jwk(
                pub: String,
                priv: String = vector.text("priv"),
                alg: String = "\"alg\":\"${vector.algorithm}\",",
            ) = jsonObject("""{"kty":"AKP",$alg"pub":"$pub","priv":"$priv"}""")

            test("RFC 9964 ${vector.algorithm} seed makes the key of the example").config(enabled = isInJdk) {
                PublicJwk.of(MlDsa.keyPair(algorithm, seed).public, algorithm).thumbprint() shouldBe
                    vector.text("thumbprint")
            }

            context("RFC 9964 ${vector.algorithm} private JWK").config(enabled = isInJdk) {
                fun publicKey(seed: ByteArray) =
                    PublicJwk.of(MlDsa.keyPair(algorithm, seed).public, algorithm).json.member("pub")
                val pub by lazy { publicKey(seed) }

                test("signs what its public key verifies") {
                    val key = SigningKey.fromJwk(jwk(pub))
                    val input = "${TestKeys.base64Url("""{"alg":"${vector.algorithm}"}""")}.e30"
                    val jws = "$input.${Base64Url.encode(key.sign(input.encodeToByteArray()))}"

                    key.algorithm shouldBe algorithm
                    key.thumbprint() shouldBe vector.text("thumbprint")
                    shouldNotThrowAny { verify(jws, jwk(pub)) }
                    for ((_, changed) in mutations(jws, JWS_PARTS)) {
                        shouldThrow<OAuthException> { verify(changed, jwk(pub)) }
                    }
                }

                test("is refused where its seed makes another public key, without showing either") {
                    val other = publicKey(ByteArray(32) { 1 })
                    val thrown = shouldThrow<IllegalArgumentException> { SigningKey.fromJwk(jwk(other)) }

                    thrown.message shouldBe "the private key and the public key do not belong together"
                    thrown.stackTraceToString() shouldNotContain other.take(40)
                }

                for (size in listOf(0, 31, 33, 2560)) {
                    test("is refused with a \"priv\" of $size bytes") {
                        shouldThrow<IllegalArgumentException> {
                            SigningKey.fromJwk(jwk(pub, Base64Url.encode(ByteArray(size))))
                        }.message shouldContain "\"priv\" of the JWK must be 32 bytes"
                    }
                }

                test("is refused with a \"pub\" of another size") {
                    shouldThrow<IllegalArgumentException> { SigningKey.fromJwk(jwk("AAAA")) }.message shouldContain
                        "\"pub\" of the JWK must be"
                }

                for (alg in listOf("", "\"alg\":\"ML-DSA\",", "\"alg\":\"ES256\",", "\"alg\":null,")) {
                    test("is refused with <$alg>") {
                        shouldThrow<UnsupportedFeatureException> { SigningKey.fromJwk(jwk(pub, alg = alg)) }
                            .message shouldContain "ML-DSA"
                    }
                }
            }

            test("RFC 9964 ${vector.algorithm} is not supported by a JDK without it").config(enabled = !isInJdk) {
                val pub = Base64Url.encode(ByteArray(MlDsa.publicKeySize(algorithm)))

                shouldThrow<UnsupportedFeatureException> { SigningKey.fromJwk(jwk(pub)) }.message shouldBe
                    "the running JDK has no ${vector.algorithm}"
            }
        }
    })
