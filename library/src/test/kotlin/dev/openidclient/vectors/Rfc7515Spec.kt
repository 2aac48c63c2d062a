package dev.openidclient.vectors

import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class Rfc7515Spec :
    FunSpec({
        for (vector in Vector.of(RFC, "expect" to "verifies")) verifies("RFC 7515", vector)
        for (vector in Vector.of(RFC, "expect" to "unsupported")) isUnsupported("RFC 7515", vector)
        for (vector in Vector.of(RFC, "expect" to "malformed")) isNoCompactSerialization("RFC 7515", vector)

        test("RFC 7515 §A.1 HS256 is what client_secret_jwt makes of the same key and input") {
            val vector = Vector.of(RFC, "section" to "A.1").single()
            val key = checkNotNull(Base64Url.decode(vector.key.member("k")))
            val input = vector.compact.substringBeforeLast('.').encodeToByteArray()

            Base64Url.encode(Jca.hmacSha256(key, input)) shouldBe vector.compact.substringAfterLast('.')
        }
    })

private const val RFC = "rfc7515.json"
