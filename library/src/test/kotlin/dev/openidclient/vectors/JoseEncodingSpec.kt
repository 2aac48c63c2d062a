package dev.openidclient.vectors

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.Jwt
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import kotlin.system.measureTimeMillis

/** How tokens are written, apart from their cryptography. */
class JoseEncodingSpec :
    FunSpec({
        val rsa = TestKeys.publicJwk(TestKeys.rsa)
        val jws = TestKeys.signRsa(jsonObject("""{"a":1}"""))
        val key = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")
        val jwe = jwe(TestKeys.rsa.toRSAPublicKey(), "RSA-OAEP-256")

        context("the parts of a JWS are refused:") {
            val (header, payload, signature) = jws.split('.')
            val forms =
                listOf("", ".", "..", "...", header, "$header.$payload", "$header..$signature") +
                    ".$payload.$signature" +
                    listOf("$jws.", "$jws.AAAA", ".$jws", "$jws.$signature", "$jws.x.y") +
                    listOf(jws.replace('.', ','), jws.replace('.', ' '))
            for ((index, form) in forms.withIndex()) {
                test("form ${index + 1} of ${form.count { it == '.' } + 1} parts") {
                    shouldThrow<OAuthException> { verify(form, rsa) }
                }
            }
        }

        context("characters that are not of base64url are refused in a JWS:") {
            for (character in listOf("!", "*", "%3D", "\u0000", "ä", "\u200B", "=A", "~", "\\", "\"", ":", ",")) {
                for ((index, part) in JWS_PARTS.withIndex()) {
                    test("<${character.map { it.code }}> in the $part") {
                        val text = jws.split('.')[index]
                        val changed = withPart(jws, index, text.take(4) + character + text.drop(4))
                        shouldThrow<OAuthException> {
                            verify(changed, rsa)
                            Jwt.parse(changed, "vector").claims
                        }
                    }
                }
            }

            for ((index, part) in JWS_PARTS.withIndex()) {
                test("a lone character at the end of the $part") {
                    val text = jws.split('.')[index].let { it.take(it.length / 4 * 4) }
                    shouldThrow<OAuthException> { verify(withPart(jws, index, text + "A"), rsa) }
                }
            }
        }

        // what is signed is the text, so that another spelling of the same bytes is another token
        context("another spelling of the same header or payload does not verify:") {
            for ((index, part) in JWS_PARTS.take(2).withIndex()) {
                val text = jws.split('.')[index]
                val spellings =
                    mapOf(
                        "padded" to text + "=".repeat((4 - text.length % 4) % 4).ifEmpty { "====" },
                        "with white space" to text.take(4) + "\n" + text.drop(4),
                        "with a blank at the end" to "$text ",
                    )
                for ((name, spelling) in spellings) {
                    test(
                        "the $part $name",
                    ) { shouldThrow<OAuthException> { verify(withPart(jws, index, spelling), rsa) } }
                }
            }

            test("the header with bits beyond its end") {
                val header = TestKeys.base64Url("""{"alg":"RS256" }""")
                val last = ALPHABET[ALPHABET.indexOf(header.last()) xor 1]
                shouldThrow<OAuthException> { verify(withPart(jws, 0, header.dropLast(1) + last), rsa) }
            }
        }

        context("a header is refused that is") {
            val headers =
                mapOf(
                    "no JSON" to "alg=RS256",
                    "cut short" to """{"alg":"RS256"""",
                    "an array" to """["RS256"]""",
                    "a string" to "\"RS256\"",
                    "a number" to "1",
                    "null" to "null",
                    "empty" to "",
                    "two objects" to """{"alg":"RS256"}{"alg":"RS256"}""",
                    "followed by something" to """{"alg":"RS256"} x""",
                    "a comment" to """{/**/"alg":"RS256"}""",
                    "in single quotes" to """{'alg':'RS256'}""",
                    "without quotes" to """{alg:RS256}""",
                    "with a comma at its end" to """{"alg":"RS256",}""",
                    "with a raw line break in a string" to "{\"alg\":\"RS256\",\"x\":\"\n\"}",
                    "with a number that is none" to """{"alg":"RS256","x":NaN}""",
                    "with a number that starts with zero" to """{"alg":"RS256","x":012}""",
                )
            for ((name, header) in headers) {
                test(name) {
                    val form = "${TestKeys.base64Url(header)}.e30.AAAA"
                    shouldThrowExactly<InvalidResponseException> { verify(form, rsa) }
                }
            }

            for ((name, bytes) in mapOf(
                "not UTF-8" to byteArrayOf(-1, -2, -3),
                "UTF-16" to """{"alg":"RS256"}""".toByteArray(Charsets.UTF_16),
                "UTF-16 without a mark" to """{"alg":"RS256"}""".toByteArray(Charsets.UTF_16LE),
                "overlong UTF-8" to
                    byteArrayOf(0xC1.toByte(), 0xBB.toByte()) + "\"alg\":\"RS256\"}".encodeToByteArray(),
            )) {
                test(name) {
                    val form = "${TestKeys.base64Url(bytes)}.e30.AAAA"
                    shouldThrowExactly<InvalidResponseException> { verify(form, rsa) }
                }
            }
        }

        context("a bomb is refused, and costs little:") {
            val bombs =
                mapOf(
                    "arrays in arrays" to "[".repeat(1_000_000),
                    "objects in objects" to "{\"a\":".repeat(200_000),
                    "nesting that ends" to """{"a":""" + "[".repeat(50_000) + "]".repeat(50_000) + "}",
                    "quotes without end" to "{\"" + "\\\"".repeat(500_000),
                )
            for ((name, bomb) in bombs) {
                test("of $name in a JWS") {
                    measureTimeMillis {
                        val part = TestKeys.base64Url(bomb)
                        shouldThrowExactly<InvalidResponseException> { verify("$part.e30.AAAA", rsa) }
                        shouldThrowExactly<InvalidResponseException> { Jwt.parse("e30.$part.", "vector").claims }
                    } shouldBeLessThan BOUND
                }

                test("of $name in a JWE") {
                    val form = "${TestKeys.base64Url(bomb)}.AAAA.AAAA.AAAA.AAAA"
                    measureTimeMillis {
                        shouldThrowExactly<DecryptionException> { open(form, key) }
                        shouldThrowExactly<DecryptionException> { key.decrypt(form) }
                    } shouldBeLessThan BOUND
                }
            }

            test("of a million dots") {
                measureTimeMillis {
                    shouldThrow<OAuthException> { verify(".".repeat(1_000_000), rsa) }
                    shouldThrow<DecryptionException> { key.decrypt(".".repeat(1_000_000)) }
                } shouldBeLessThan BOUND
            }

            test("of a signature of a megabyte") {
                measureTimeMillis {
                    shouldThrow<OAuthException> { verify(withPart(jws, 2, "A".repeat(1_000_000)), rsa) }
                } shouldBeLessThan BOUND
            }
        }

        context("the parts of a JWE are refused:") {
            val parts = jwe.split('.')
            for (count in listOf(1, 2, 3, 4, 6, 7)) {
                test("$count of them") {
                    val form = List(count) { parts[it % parts.size] }.joinToString(".")
                    shouldThrow<DecryptionException> { key.decrypt(form) }
                }
            }

            for ((index, part) in JWE_PARTS.withIndex()) {
                for (character in listOf("!", "\u0000", "ä", "=", "%", "\n", "+")) {
                    test("<${character.map { it.code }}> in the $part") {
                        val changed = withPart(jwe, index, parts[index].take(4) + character + parts[index].drop(4))
                        shouldThrowExactly<DecryptionException> { key.decrypt(changed) }
                        shouldThrowExactly<InvalidResponseException> { open(changed, key) }
                    }
                }
            }

            test("another spelling of the header") {
                val header = checkNotNull(Base64Url.decode(parts[0])).decodeToString()
                for (spelling in listOf("$header ", " $header", header.replace(",", ", "))) {
                    shouldThrowExactly<DecryptionException> {
                        key.decrypt(
                            withPart(jwe, 0, TestKeys.base64Url(spelling)),
                        )
                    }
                }
            }
        }
    })

private const val ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** Milliseconds. */
private const val BOUND = 5_000L
