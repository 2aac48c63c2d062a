package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import dev.openidclient.error.DecryptionException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.security.KeyPair
import java.security.KeyPairGenerator
import kotlin.random.Random

class LocalDecryptionKeySpec :
    FunSpec({
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

        // RFC 7516 A.1
        test("opens the example of RSA-OAEP and A256GCM") {
            DecryptionKey.fromJwk(RFC_7516_KEY, "RSA-OAEP").decrypt(RFC_7516_JWE).decodeToString() shouldBe
                "The true sign of intelligence is not knowledge but imagination."
        }

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

        val keys =
            mapOf(
                "RSA" to (rsa to "RSA-OAEP-256"),
                "P-256" to (p256 to "ECDH-ES+A128KW"),
                "X25519" to (x25519 to "ECDH-ES+A256KW"),
            )
        for ((name, value) in keys) {
            val (keyPair, algorithm) = value
            val key = DecryptionKey.fromKeyPair(keyPair, algorithm)

            context("with a key of $name, throws a DecryptionException and nothing else for") {
                val parts = jwe(keyPair.public, algorithm).split('.')
                for ((index, part) in listOf(
                    "header",
                    "encrypted key",
                    "initialization vector",
                    "ciphertext",
                    "tag",
                ).withIndex()) {
                    test("a changed $part") { unopened(key, parts.with(index, changed(parts[index]))) }

                    test("no $part") { unopened(key, parts.with(index, "")) }

                    test("a $part cut short") { unopened(key, parts.with(index, parts[index].dropLast(4))) }

                    test("a $part that is no base64url") { unopened(key, parts.with(index, "!${parts[index]}")) }
                }

                test("a JWE for another key") {
                    unopened(key, jwe(another(keyPair).public, algorithm))
                }

                test("a critical header parameter") {
                    unopened(key, jwe(keyPair.public, algorithm) { criticalParams(setOf("exp")).customParam("exp", 1) })
                }

                for (garbage in listOf(
                    "",
                    ".",
                    "....",
                    "a.b.c.d.e",
                    "e30.a.b.c.d",
                    "{}",
                    "a.b.c",
                    "\u0000.\u0000.\u0000.\u0000.\u0000",
                )) {
                    test("\"$garbage\"") { unopened(key, garbage) }
                }

                test("random changes") {
                    val random = Random(seed = 42)
                    val whole = parts.joinToString(".")
                    repeat(300) {
                        val at = random.nextInt(whole.length)
                        unopened(
                            key,
                            whole.replaceRange(at, at + 1, "${ALPHABET.filter { it != whole[at] }.random(random)}"),
                            lenient = true,
                        )
                    }
                }
            }
        }

        context("refuses the server's key") {
            // a point that is not on P-256 (RFC 7518 §6.2.1): the invalid-curve attack
            test("that is no point of the curve") {
                unopened(
                    DecryptionKey.fromKeyPair(p256),
                    withEphemeral("""{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"""),
                )
            }

            test("on another curve than its own") {
                val jwe = jwe(ecdh.getValue("P-384").public, "ECDH-ES")
                unopened(DecryptionKey.fromKeyPair(p256), jwe)
            }

            for ((curve, keyPair) in ecdh) {
                test("of another type with the name of its curve $curve") {
                    val n = TestKeys.rsa.modulus
                    unopened(
                        DecryptionKey.fromKeyPair(keyPair),
                        withEphemeral("""{"kty":"RSA","n":"$n","e":"AQAB","crv":"$curve"}"""),
                    )
                }

                for (epk in listOf(
                    "null",
                    "{}",
                    "1",
                    """{"kty":"oct","k":"AQ","crv":"$curve"}""",
                    """{"kty":"OKP","crv":"$curve"}""",
                )) {
                    test("$epk instead of one on $curve") {
                        unopened(DecryptionKey.fromKeyPair(keyPair), withEphemeral(epk))
                    }
                }
            }

            test("where there is none") {
                for (keyPair in ecdh.values) unopened(DecryptionKey.fromKeyPair(keyPair), withEphemeral(null))
            }
        }
    })

private const val ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/=!{"

/** [lenient]: the last character of a part may have bits that decode to nothing, so that the JWE opens all the same. */
private suspend fun unopened(
    key: DecryptionKey,
    jwe: String,
    lenient: Boolean = false,
) {
    if (lenient) {
        val opened =
            try {
                key.decrypt(jwe).decodeToString()
            } catch (_: DecryptionException) {
                return
            }
        opened shouldBe "a.b.c"
    } else {
        shouldThrowExactly<DecryptionException> { key.decrypt(jwe) }
    }
}

private fun List<String>.with(
    index: Int,
    part: String,
): String = toMutableList().also { it[index] = part }.joinToString(".")

private fun changed(part: String) = part.replaceRange(1, 2, if (part[1] == 'A') "B" else "A")

private fun withEphemeral(epk: String?): String {
    val member = epk?.let { ",\"epk\":$it" }.orEmpty()
    val header = TestKeys.base64Url("""{"alg":"ECDH-ES","enc":"A256GCM"$member}""")
    return "$header..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"
}

private fun another(keyPair: KeyPair): KeyPair =
    when (keyPair.public.algorithm) {
        "RSA" -> TestKeys.otherRsa.toKeyPair()
        "EC" -> ecKeyPair("secp256r1")
        else -> X25519Encrypter.x25519()
    }

private fun jwkText(members: Map<String, Any>): String =
    members.entries.joinToString(",", "{", "}") { (name, value) -> "\"$name\":\"$value\"" }

private const val RFC_7516_JWE =
    "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmK" +
        "oTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04u" +
        "VuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tET" +
        "KzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTI" +
        "y3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4" +
        "vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ"

private const val RFC_7516_KEY =
    """{"kty":"RSA","e":"AQAB","n":"oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUW""" +
        "cJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNI" +
        "UYpOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS" +
        "6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5S" +
        "towjzGy-_bq6Gw" +
        """","d":"kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5N""" +
        "WV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV8n9Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEY" +
        "Y46qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24moOAbgxVw3rxT_vlt3UVe4" +
        "WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJ" +
        """r0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ"}"""
