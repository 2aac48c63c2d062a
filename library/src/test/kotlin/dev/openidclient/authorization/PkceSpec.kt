package dev.openidclient.authorization

import dev.openidclient.testing.CODE_VERIFIER
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain

class PkceSpec :
    FunSpec({
        test("the challenge is the one of RFC 7636, Appendix B") {
            Pkce(CODE_VERIFIER).codeChallenge shouldBe "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        }

        test("the method is S256") {
            Pkce.generate().codeChallengeMethod shouldBe "S256"
        }

        test("a generated verifier has 32 bytes as base64url") {
            Pkce.generate().codeVerifier shouldMatch Regex("[A-Za-z0-9_-]{43}")
        }

        test("no two generated verifiers are alike") {
            List(1000) { Pkce.generate().codeVerifier }.shouldBeUnique()
        }

        for (length in listOf(43, 128)) {
            test("takes a verifier of $length characters") {
                shouldNotThrowAny { Pkce("a".repeat(length)) }
            }
        }

        for (length in listOf(0, 42, 129)) {
            test("rejects a verifier of $length characters") {
                shouldThrow<IllegalArgumentException> { Pkce("a".repeat(length)) }
            }
        }

        test("takes every unreserved character") {
            shouldNotThrowAny { Pkce((('A'..'Z') + ('a'..'z') + ('0'..'9') + "-._~".toList()).joinToString("")) }
        }

        for (char in listOf('+', '/', '=', ' ', '\n', '%', 'ä', '\u0000')) {
            test("rejects a verifier with U+%04X".format(char.code)) {
                shouldThrow<IllegalArgumentException> { Pkce("a".repeat(50) + char) }
            }
        }

        test("a rejection does not show the verifier") {
            val failure = shouldThrow<IllegalArgumentException> { Pkce("$CODE_VERIFIER+") }

            failure.message.orEmpty() shouldNotContain CODE_VERIFIER
        }
    })
