package dev.openidclient.fuzz

import com.nimbusds.jose.CompressionAlgorithm
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.jwe
import io.kotest.core.spec.style.FunSpec
import java.math.BigInteger

private const val MIB = 1 shl 20
private const val ANSWER = "200\ncontent-type: application/json\n\n"

/** Inputs of a mebibyte that are made to cost much; each target limits time, memory and the length of messages. */
class HostileInputsSpec :
    FunSpec({
        val inputs =
            listOf(
                Hostile("json", "many nested arrays") {
                    "[".repeat(MIB)
                },
                Hostile("token-answer", "many nested objects") {
                    ANSWER + "{\"a\":".repeat(MIB / 5)
                },
                Hostile("json", "a number of a million digits") {
                    "{\"a\":${"9".repeat(MIB)}}"
                },
                Hostile("token-answer", "a lifetime of a million digits") {
                    token("\"expires_in\":${"9".repeat(MIB)}")
                },
                Hostile("token-answer", "a lifetime of a million digits in text") {
                    token("\"expires_in\":\"${"9".repeat(MIB)}\"")
                },
                Hostile("token-answer", "a lifetime with an exponent of a million digits") {
                    token("\"expires_in\":\"1e${"9".repeat(MIB)}\"")
                },
                Hostile("json", "a string of escapes") {
                    "{\"a\":\"${"\\u0061".repeat(MIB / 6)}\"}"
                },
                Hostile("token-answer", "many members") {
                    token(members(MIB / 16))
                },
                Hostile("token-answer", "many members whose names have one hash") {
                    token(collisions(MIB / 24).joinToString(",") { "\"$it\":1" })
                },
                Hostile("jwt", "an expiry of a million digits") {
                    jwt("{\"alg\":\"RS256\"}", "{\"exp\":0.${"0".repeat(MIB / 2)}1}")
                },
                Hostile("jwt", "a payload of many members") {
                    jwt("{\"alg\":\"RS256\"}", "{${members(MIB / 16)}}")
                },
                Hostile("jwt", "a header of many members") {
                    jwt("{\"alg\":\"RS256\",${members(MIB / 16)}}", "{}")
                },
                Hostile("jwt", "an algorithm of a million characters") {
                    jwt("{\"alg\":\"${"A".repeat(MIB / 2)}\"}", "{}")
                },
                Hostile("jwt", "a token of dots") {
                    ".".repeat(MIB)
                },
                Hostile("jwt", "an audience of many") {
                    jwt("{\"alg\":\"RS256\"}", "{\"iss\":\"a\",\"aud\":[${"\"a\",".repeat(MIB / 8)}\"b\"]}")
                },
                Hostile("jwt", "a signature of a mebibyte") {
                    jwt("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", "{}") + "A".repeat(MIB)
                },
                Hostile("jwe", "an encrypted key of a mebibyte") {
                    "${base64("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\"}")}.${"A".repeat(MIB)}.AAAA.AAAA.AAAA"
                },
                Hostile("jwe", "a JWE header of many members") {
                    "${base64("{\"alg\":\"RSA-OAEP-256\",\"enc\":\"A256GCM\",${members(MIB / 20)}}")}.A.A.A.A"
                },
                Hostile("jwe", "iterations of a password") {
                    base64("{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A256GCM\",\"p2c\":2147483647,\"p2s\":\"AAAA\"}") +
                        ".AAAA.AAAA.AAAA.AAAA"
                },
                Hostile("jwe", "a compressed mebibyte") {
                    bomb(MIB)
                },
                Hostile("jwe", "sixty compressed mebibytes") {
                    bomb(60 * MIB)
                },
                Hostile("jwk", "a modulus of a million bits") {
                    rsa(1_000_001, BigInteger.valueOf(65_537))
                },
                Hostile("jwk", "a modulus of 16384 bits with a long exponent") {
                    rsa(16_384, BigInteger.TWO.pow(16_000) + BigInteger.ONE)
                },
                Hostile("jwk", "a modulus of 16384 bits") {
                    rsa(16_384, BigInteger.valueOf(65_537))
                },
                Hostile("jwk", "a modulus of 3072 bits with a long exponent") {
                    rsa(3072, BigInteger.TWO.pow(3070) + BigInteger.ONE)
                },
                Hostile("jwks", "a hundred thousand keys") {
                    "{\"keys\":[${"{\"kty\":\"RSA\"},".repeat(MIB / 14)}{}]}"
                },
                Hostile("jwks-answer", "empty keys") {
                    "$ANSWER{\"keys\":[${"{},".repeat(MIB / 3)}{}]}"
                },
                Hostile("jwks", "a key id of a mebibyte") {
                    "{\"keys\":[{\"kid\":\"${"a".repeat(MIB)}\"}]}"
                },
                Hostile("exported-jwks", "exported keys of a mebibyte") {
                    val of = "\"issuer\":\"$ISSUER\",\"jwks_uri\":\"$ISSUER/jwks\",\"uat\":1767225600"
                    "{$of,\"jwks\":{\"keys\":[${"{},".repeat(MIB / 3)}{}]}}"
                },
                Hostile("www-authenticate", "thousands of challenges") {
                    "Bearer, ".repeat(MIB / 8)
                },
                Hostile("resource-answer", "thousands of challenges in an answer") {
                    "401\nwww-authenticate: ${"Bearer error=\"a\", ".repeat(MIB / 20)}\n\n"
                },
                Hostile("www-authenticate", "thousands of parameters") {
                    "Bearer " + (0 until MIB / 12).joinToString(",") { "p$it=a" }
                },
                Hostile("www-authenticate", "a quoted string without an end") {
                    "Bearer a=\"${"\\\"".repeat(MIB / 2)}"
                },
                Hostile("www-authenticate", "quotation marks") {
                    "Bearer a=" + "\"".repeat(MIB)
                },
                Hostile("www-authenticate", "equals signs") {
                    "Bearer " + "a = ".repeat(MIB / 4)
                },
                Hostile("www-authenticate", "spaces") {
                    "Bearer a" + " ".repeat(MIB) + "b"
                },
                Hostile("www-authenticate", "commas") {
                    ",".repeat(MIB) + "Basic"
                },
                Hostile("www-authenticate", "commas between tokens") {
                    "a b=c ${", ,".repeat(MIB / 3)} d e"
                },
                Hostile("callback-url", "thousands of parameters in a callback") {
                    "https://rp.example.com/callback?" + "code=a&".repeat(MIB / 7)
                },
                Hostile("callback-url", "different parameters in a callback") {
                    "https://rp.example.com/callback?" + (0 until MIB / 10).joinToString("&") { "p$it=a" }
                },
                Hostile("form", "escapes in a form") {
                    "%E2%82%AC".repeat(MIB / 9)
                },
                Hostile("form", "broken escapes in a form") {
                    "%".repeat(MIB)
                },
                Hostile("callback-url", "an error of a mebibyte") {
                    "https://rp.example.com/callback?state=af0ifjsldkj&error=" + "a".repeat(MIB)
                },
                Hostile("callback-url", "an issuer of a mebibyte") {
                    "https://rp.example.com/callback?iss=" + "a".repeat(MIB)
                },
                Hostile("form-post", "a content type of a mebibyte") {
                    "a/" + "b".repeat(MIB) + "\na=b"
                },
                Hostile("url", "dot segments") {
                    "https://a/" + "../".repeat(MIB / 3)
                },
                Hostile("url", "segments and dot segments") {
                    "https://a/" + "b/".repeat(MIB / 5) + "../".repeat(MIB / 5)
                },
                Hostile("url", "a host of a mebibyte") {
                    "https://" + "a".repeat(MIB) + "/"
                },
                Hostile("url", "labels of a host") {
                    "https://" + "a.".repeat(MIB / 2) + "/"
                },
                Hostile("url", "a host of many foreign letters") {
                    "https://" + foreign(MIB / 3) + "/"
                },
                Hostile("url", "labels of foreign letters") {
                    "https://" + "é.".repeat(MIB / 3) + "/"
                },
                Hostile("discovery-answer", "an endpoint of many foreign letters") {
                    val host = foreign(MIB / 3)
                    "$ANSWER{\"issuer\":\"https://as.example.com\",\"authorization_endpoint\":\"https://$host/\"}"
                },
                Hostile("discovery-answer", "an issuer of many foreign letters") {
                    "$ANSWER{\"issuer\":\"https://${foreign(MIB / 3)}/\"}"
                },
                Hostile("url", "a port of a mebibyte") {
                    "https://a:" + "0".repeat(MIB) + "/"
                },
                Hostile("url", "a bracket without an end") {
                    "https://[" + "a".repeat(MIB)
                },
                Hostile("pem", "openings of PEM") {
                    "-----BEGIN A-----".repeat(MIB / 17)
                },
                Hostile("pem", "a PEM label of a mebibyte") {
                    "-----BEGIN ${"A".repeat(MIB)} PRIVATE KEY-----"
                },
                Hostile("pem", "a private key of a mebibyte") {
                    "-----BEGIN PRIVATE KEY-----\n${"AAAA\n".repeat(MIB / 5)}-----END PRIVATE KEY-----"
                },
                Hostile("pem", "many certificates") {
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".repeat(MIB / 64)
                },
                Hostile("pending", "pending of a mebibyte") {
                    "v1." + "e".repeat(MIB)
                },
                Hostile("pending", "pending members") {
                    "v1." + base64("{${members(MIB / 20)}}")
                },
                Hostile("base64url", "white space in base64") {
                    " A".repeat(MIB / 2)
                },
                Hostile("base64url", "padding in base64") {
                    "=".repeat(MIB)
                },
                Hostile("media-type", "a media type of semicolons") {
                    "a/b" + ";".repeat(MIB)
                },
                Hostile("retry-after", "a wait of a million digits") {
                    "9".repeat(MIB)
                },
                Hostile("token-answer", "a description of a mebibyte") {
                    ANSWER.replace("200", "400") + "{\"error\":\"a\",\"error_description\":\"${"b".repeat(MIB)}\"}"
                },
                Hostile("token-answer", "a token type of a mebibyte") {
                    "$ANSWER{\"access_token\":\"a\",\"token_type\":\"${"b".repeat(MIB)}\"}"
                },
                Hostile("token-answer", "a content type of an answer") {
                    "400\ncontent-type: ${"b".repeat(MIB)}\n\n{}"
                },
                Hostile("introspection-answer", "a signed answer's type") {
                    "200\ncontent-type: application/token-introspection+jwt\n\n" +
                        jwt("{\"alg\":\"RS256\",\"typ\":\"${"b".repeat(MIB / 2)}\"}", "{}")
                },
                Hostile("introspection-answer", "a number beyond every time") {
                    "$ANSWER{\"active\":true,\"exp\":1e308,\"iat\":-1e308,\"nbf\":1e-308}"
                },
            )

        for (input in inputs) {
            test("${input.target}: ${input.name}") {
                val target = fuzzTarget(input.target)
                corpus(target).forEach(target::warmUp)
                target.run(input.make().encodeToByteArray())
            }
        }
    })

private class Hostile(
    val target: String,
    val name: String,
    val make: () -> String,
)

private fun members(count: Int) = (0 until count).joinToString(",") { "\"m$it\":$it" }

private fun token(members: String) = "$ANSWER{\"access_token\":\"a\",\"token_type\":\"bearer\",$members}"

private fun jwt(
    header: String,
    payload: String,
) = "${base64(header)}.${base64(payload)}.AAAA"

private fun base64(text: String) = TestKeys.base64Url(text)

private fun rsa(
    bits: Int,
    exponent: BigInteger,
): String {
    val modulus = BigInteger.TWO.pow(bits) - BigInteger.ONE
    val n = TestKeys.base64Url((modulus shr 1).toByteArray().dropWhile { it == 0.toByte() }.toByteArray())
    val e = TestKeys.base64Url(exponent.toByteArray())
    return """{"kty":"RSA","n":"$n","e":"$e"}"""
}

/** Names of one hash code, of 16 letters each: "Aa" and "BB" have the same. */
private fun collisions(count: Int): List<String> =
    (0 until minOf(count, 1 shl 16)).map { number ->
        (0 until 16).joinToString("") { bit -> if (number shr bit and 1 == 0) "Aa" else "BB" }
    }

/** Different letters that no host name has as they are. */
private fun foreign(count: Int): String = String(CharArray(count) { '\u4E00' + it % 20_000 })

private fun bomb(size: Int): String =
    jwe(TestKeys.otherRsa.toPublicKey(), "RSA-OAEP-256", text = "0".repeat(size)) {
        compressionAlgorithm(CompressionAlgorithm.DEF)
    }
