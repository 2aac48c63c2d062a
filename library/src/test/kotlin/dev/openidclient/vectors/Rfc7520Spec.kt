package dev.openidclient.vectors

import dev.openidclient.error.OAuthException
import dev.openidclient.jose.DecryptionKey
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.jsonObject

class Rfc7520Spec :
    FunSpec({
        for (vector in Vector.of(RFC, "expect" to "verifies")) verifies("RFC 7520", vector)
        for (vector in Vector.of(RFC, "expect" to "unsupported")) isUnsupported("RFC 7520", vector)
        for (vector in Vector.of(RFC, "expect" to "malformed")) isNoCompactSerialization("RFC 7520", vector)
        for (vector in Vector.of(RFC, "expect" to "opens")) opens("RFC 7520", vector)
        for (vector in Vector.of(RFC, "expect" to "refused")) isNotOpened("RFC 7520", vector)

        context("RFC 7520 §6 PS256 in RSA-OAEP") {
            val vector = Vector.of(RFC, "expect" to "nested").single()
            val key = DecryptionKey.fromJwk(vector.json.getValue("encryptionKey").jsonObject, "RSA-OAEP")

            test("opens to a JWS that verifies") {
                val jws = open(vector.compact, key)

                jws shouldBe vector.text("plaintext")
                shouldNotThrowAny { verify(jws, vector.key) }
            }

            test("does not verify before it is opened") {
                shouldThrow<OAuthException> { verify(vector.compact, vector.key) }
            }

            for ((what, changed) in mutations(vector.text("plaintext"), JWS_PARTS)) {
                test("does not verify with another $what") {
                    shouldThrow<OAuthException> { verify(changed, vector.key) }
                }
            }
        }
    })

private const val RFC = "rfc7520.json"
