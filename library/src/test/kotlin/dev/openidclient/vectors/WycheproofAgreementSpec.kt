package dev.openidclient.vectors

import dev.openidclient.error.DecryptionException
import dev.openidclient.jose.DecryptionKey
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

/** Each vector as a JWE whose content is encrypted with the secret that the vector says. */
class WycheproofAgreementSpec :
    FunSpec({
        for (file in listOf("ecdh_webcrypto", "x25519_jwk")) {
            for (vector in WycheproofVector.of(file)) {
                test(vector.name) {
                    when {
                        vector.result == "valid" -> decrypt(vector) shouldBe "a.b.c"
                        // RFC 7748 §6.1: the secret would be the same for all private keys
                        vector.result == "invalid" || "ZeroSharedSecret" in vector.flags ->
                            refusesEphemeralKey { decrypt(vector) }
                        else -> openedOrRefused(vector) shouldBe true
                    }
                }
            }
        }
    })

private suspend fun decrypt(vector: WycheproofVector): String {
    // the private keys of the vectors say "kid": "none"
    val jwk = JsonObject(vector.json.getValue("private").jsonObject + ("kid" to JsonPrimitive("k")))
    val jwe = ephemeralJwe(vector.json["public"].toString(), secret(vector))
    return DecryptionKey.fromJwk(jwk).decrypt(jwe).decodeToString()
}

// where there is none, any will do: nobody may get to use it
private fun secret(vector: WycheproofVector) = hex(vector.text("shared")).takeIf { it.isNotEmpty() } ?: ByteArray(32)

private suspend fun openedOrRefused(vector: WycheproofVector): Boolean =
    try {
        decrypt(vector) == "a.b.c"
    } catch (_: DecryptionException) {
        true
    }
