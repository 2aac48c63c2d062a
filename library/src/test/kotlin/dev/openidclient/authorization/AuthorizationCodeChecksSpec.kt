package dev.openidclient.authorization

import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.STATE
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class AuthorizationCodeChecksSpec :
    FunSpec({
        test("expect nothing and skip nothing by themselves") {
            val checks = AuthorizationCodeChecks()

            listOf(
                checks.expectedState,
                checks.expectedNonce,
                checks.pkceCodeVerifier,
                checks.maxAge,
                checks.redirectUri,
            ) shouldBe
                List(5) { null }
            checks.isStateCheckSkipped.shouldBeFalse()
            checks.isIdTokenExpected.shouldBeFalse()
        }

        test("skip the state check where they are told so") {
            AuthorizationCodeChecks { skipStateCheck() }.isStateCheckSkipped.shouldBeTrue()
        }

        test("expect an ID Token where they are told so") {
            AuthorizationCodeChecks { idTokenExpected() }.isIdTokenExpected.shouldBeTrue()
        }

        test("show no secret") {
            val shown =
                AuthorizationCodeChecks {
                    expectedState = STATE
                    expectedNonce = NONCE
                    pkceCodeVerifier = CODE_VERIFIER
                }.toString()

            for (secret in listOf(STATE, NONCE, CODE_VERIFIER)) shown shouldNotContain secret
        }
    })
