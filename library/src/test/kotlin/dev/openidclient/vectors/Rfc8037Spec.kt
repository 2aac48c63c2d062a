package dev.openidclient.vectors

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.SigningKey
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

class Rfc8037Spec :
    FunSpec({
        val private = Vector.of(RFC, "section" to "A.1").single().key
        val public = Vector.of(RFC, "section" to "A.2").single().key

        test("RFC 8037 §A.1 private key has the public key of §A.2") {
            SigningKey.fromJwk(private).publicJwk.publicMembers() shouldBe public
        }

        for (vector in Vector.of(RFC, "section" to "A.3")) {
            test("RFC 8037 §A.3 thumbprint is that of the key") {
                publicKey(vector.key).thumbprint() shouldBe vector.text("thumbprint")
                SigningKey.fromJwk(private).thumbprint() shouldBe vector.text("thumbprint")
            }
        }

        for (vector in Vector.of(RFC, "algorithm" to "EdDSA")) verifies("RFC 8037", vector)

        for (vector in Vector.of(RFC, "kind" to "agrees")) {
            val key = DecryptionKey.fromJwk(vector.key)

            fun jwe(secret: ByteArray) =
                ephemeralJwe(vector.json["epk"].toString(), secret, vector.algorithm, vector.text("enc"))

            test("RFC 8037 §A.6 X25519 agrees on the secret of the example") {
                key.decrypt(jwe(hex(vector.text("z")))).decodeToString() shouldBe "a.b.c"
            }

            for (at in listOf(0, 15, 31)) {
                test("RFC 8037 §A.6 X25519 agrees on no secret that differs in byte $at") {
                    val other = hex(vector.text("z")).also { it[at] = (it[at].toInt() xor 1).toByte() }
                    shouldThrow<DecryptionException> { key.decrypt(jwe(other)) }
                }
            }
        }

        for (vector in Vector.of(RFC, "kind" to "unsupported")) {
            val jwe = ephemeralJwe(vector.json["epk"].toString(), hex(vector.text("z")).copyOf(32))

            test("RFC 8037 §A.7 X448 is refused") {
                shouldThrow<DecryptionException> { open(jwe, *ANY_KEYS) }
                for (key in ANY_KEYS) shouldThrow<DecryptionException> { key.decrypt(jwe) }
            }

            test("RFC 8037 §A.7 X448 key does not decrypt here") {
                val jwk = JsonObject(vector.key + ("d" to JsonPrimitive("AQ")))
                shouldThrow<UnsupportedFeatureException> { DecryptionKey.fromJwk(jwk) }
            }
        }
    })

private const val RFC = "rfc8037.json"
