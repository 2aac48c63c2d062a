package dev.openidclient.tampering

import dev.openidclient.tampering.Endpoint.JWKS
import dev.openidclient.tampering.Refusal.MALFORMED
import dev.openidclient.tampering.Refusal.NO_KEY
import dev.openidclient.tampering.Refusal.UNSUPPORTED
import dev.openidclient.tampering.Refusal.UNTRUSTED
import kotlinx.serialization.json.JsonObject

/** The JWK Set behind a genuine ID Token (RS256, `server-rsa`). */
internal val keyCases: List<Case> =
    table("JWK Set", Flows.code) {
        refused("keys is absent", MALFORMED, members(JWKS, "keys" to Absent))
        refused("keys is null", MALFORMED, members(JWKS, "keys" to null))
        refused("keys is an object", MALFORMED, members(JWKS, "keys" to emptyMap<String, Any>()))
        refused("keys is text", MALFORMED, members(JWKS, "keys" to "[]"))
        accepted("a key is text", keys { it + "key" })
        accepted("a key is null", keys { it + null })
        accepted("a key is a list", keys { it + listOf(emptyList<Any>()) })
        refused("there is no key", NO_KEY, keys { emptyList() })
        refused("the key is not there", NO_KEY, keys { all -> all.filterNot(::isTheKey) })
        accepted("the key is there twice", keys { it + it.first(::isTheKey) })
        accepted("a decoy has the same name", keys { it + decoy() })
        accepted("a decoy stands before it", keys { listOf(decoy()) + it })
        refused("a decoy has taken its place", UNTRUSTED, keys { all -> all.filterNot(::isTheKey) + decoy() })
        refused("the key has another name", NO_KEY, theKey("kid" to "another"))
        refused("the key has no name", NO_KEY, theKey("kid" to Absent))
        refused("the name of the key is a number", NO_KEY, theKey("kid" to 1))
        refused("the key is to encrypt", NO_KEY, theKey("use" to "enc"))
        accepted("the use of the key is null", theKey("use" to null))
        refused("the use of the key is a list", NO_KEY, theKey("use" to listOf("sig")))
        refused("the key is to sign only", NO_KEY, theKey("key_ops" to listOf("sign")))
        refused("the key may do nothing", NO_KEY, theKey("key_ops" to emptyList<String>()))
        refused("key_ops is text", NO_KEY, theKey("key_ops" to "verify"))
        refused("the key is for another algorithm", NO_KEY, theKey("alg" to "RS512"))
        refused("the key is for PS256", NO_KEY, theKey("alg" to "PS256"))
        accepted("the algorithm of the key is null", theKey("alg" to null))
        refused("the key is symmetric", NO_KEY, theKey("kty" to "oct", "k" to "AAAA"))
        refused("the type of the key is in lower case", NO_KEY, theKey("kty" to "rsa"))
        refused("the type of the key is absent", NO_KEY, theKey("kty" to Absent))
        refused("the key is private", UNSUPPORTED, theKey("d" to "AAAA"))
        refused("the key has a prime factor", UNSUPPORTED, theKey("p" to "AAAA"))
        refused("the modulus is absent", UNSUPPORTED, theKey("n" to Absent))
        refused("the modulus is a number", UNSUPPORTED, theKey("n" to 3))
        refused("the modulus is empty", UNSUPPORTED, theKey("n" to ""))
        refused("the modulus is not base64url", UNSUPPORTED, theKey("n" to "!!!!"))
        refused("the modulus has 1024 bits", UNSUPPORTED, theKey("n" to modulus(1024)))
        refused("the modulus has 2047 bits", UNSUPPORTED, theKey("n" to modulus(2047)))
        refused("the modulus has 16392 bits", UNSUPPORTED, theKey("n" to modulus(16_392)))
        refused("the modulus has a million bits", UNSUPPORTED, theKey("n" to modulus(1_000_000)))
        refused("the exponent is absent", UNSUPPORTED, theKey("e" to Absent))
        refused("the exponent is 1", UNSUPPORTED, theKey("e" to "AQ"))
        refused("the exponent is 0", UNSUPPORTED, theKey("e" to "AA"))
        refused("the exponent is even", UNSUPPORTED, theKey("e" to "AQAA"))
        refused("the exponent is as long as the modulus", UNSUPPORTED, theKey("e" to modulus(2048)))
        refused(
            "modulus and exponent are as long as allowed",
            UNSUPPORTED,
            theKey(
                "n" to modulus(16_384),
                "e" to modulus(16_384),
            ),
        )
        refused("the coordinates of the key are no point", UNSUPPORTED, ecKey("x" to modulus(256), "y" to modulus(256)))
        refused("the coordinates of the key are absent", UNSUPPORTED, ecKey("x" to Absent))
        refused("the coordinates of the key are 0", UNSUPPORTED, ecKey("x" to "AA", "y" to "AA"))
        refused("the curve of the key is another", NO_KEY, ecKey("crv" to "P-384"))
        refused("the curve of the key is unknown", NO_KEY, ecKey("crv" to "secp256k1"))
        refused("the curve of the key is absent", NO_KEY, ecKey("crv" to Absent))
        refused("the key of ES256 is private", UNSUPPORTED, ecKey("d" to "AAAA"))
    }

private fun isTheKey(key: JsonObject): Boolean = key["kid"]?.string == "server-rsa"

private fun theKey(vararg changes: Pair<String, Any?>): Tampering =
    keys { all -> all.map { if (isTheKey(it)) it.changed(*changes) else it } }

/** The key of an ID Token that was signed with ES256. */
private fun ecKey(vararg changes: Pair<String, Any?>): Tampering {
    val token = idTokenHeader("alg" to "ES256", "kid" to "server-p256")
    val keys = Forgery.jwks.objects("keys").map { if (it["kid"]?.string == "server-p256") it.changed(*changes) else it }
    return token.with(JWKS) { withJson(json.changed("keys" to keys)) }
}

private fun decoy(): JsonObject = Forgery.jwks.objects("keys").first(::isTheKey).changed("alg" to Absent)

private fun modulus(bits: Int): String {
    val first = (1 shl (bits - 1) % 8).toByte()
    return Forgery.base64(byteArrayOf(first) + ByteArray((bits - 1) / 8) { -1 })
}
