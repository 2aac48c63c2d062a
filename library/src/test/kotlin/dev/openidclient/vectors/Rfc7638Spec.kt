package dev.openidclient.vectors

import dev.openidclient.jose.Jwk
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

class Rfc7638Spec :
    FunSpec({
        for (vector in Vector.of("rfc7638.json")) {
            test("RFC 7638 §3.1 thumbprint is that of the key") {
                Jwk(vector.key).thumbprint() shouldBe vector.text("thumbprint")
            }

            test("RFC 7638 §3.1 thumbprint does not depend on the order of the members, nor on others") {
                val reversed = JsonObject(vector.key.entries.reversed().associate { it.key to it.value })

                Jwk(reversed).thumbprint() shouldBe vector.text("thumbprint")
                Jwk(JsonObject(vector.key - setOf("alg", "kid"))).thumbprint() shouldBe vector.text("thumbprint")
            }

            for (member in listOf("e", "n")) {
                test("RFC 7638 §3.1 thumbprint is another for another \"$member\"") {
                    val other = JsonObject(vector.key + (member to JsonPrimitive("AQAD")))

                    Jwk(other).thumbprint() shouldNotBe vector.text("thumbprint")
                }
            }
        }
    })
