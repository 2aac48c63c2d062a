package dev.openidclient.vectors

import dev.openidclient.authorization.Pkce
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class Rfc7636Spec :
    FunSpec({
        for (vector in Vector.of("rfc7636.json")) {
            test("RFC 7636 §B challenge is that of the verifier") {
                Pkce(vector.text("verifier")).codeChallenge shouldBe vector.text("challenge")
            }
        }
    })
