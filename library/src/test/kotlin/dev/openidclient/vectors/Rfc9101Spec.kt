package dev.openidclient.vectors

import dev.openidclient.jose.Jwt
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class Rfc9101Spec :
    FunSpec({
        for (vector in Vector.of("rfc9101.json")) {
            verifies("RFC 9101", vector)

            test("RFC 9101 §4 request object names its client, server and key") {
                val jwt = Jwt.parse(vector.compact, "request object")

                jwt.keyId shouldBe "k2bdc"
                jwt.audience shouldBe listOf("https://server.example.com")
                jwt.claims.getValue("client_id").toString() shouldBe "\"s6BhdRkqt3\""
            }
        }
    })
