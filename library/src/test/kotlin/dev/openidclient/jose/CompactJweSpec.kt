package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.KeyPair
import kotlin.random.Random

/** What a [LocalDecryptionKey] does not open. */
class CompactJweSpec :
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
