package dev.openidclient.logout

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class EndSessionReturnSpec :
    FunSpec({
        val client = StubServer().client()

        fun check(query: String) = client.verifyEndSessionReturn(Parameters.parse(query), "a-state")

        test("the state of the logout that began here is taken") { check("state=a-state") }

        test("another state, or none, is refused") {
            val cases = mapOf("state=other" to "another \"state\"", "" to "no \"state\"", "state=" to "no")
            for ((query, part) in cases) {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, part) { check(query) }.subject shouldBe
                    "state"
            }
        }

        test("a state that comes twice is refused") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must come once") {
                check("state=a-state&state=a-state")
            }
        }

        test("an empty expected state is the caller's mistake") {
            val mistake =
                shouldThrow<IllegalArgumentException> { client.verifyEndSessionReturn(Parameters.EMPTY, "") }
            mistake.message shouldBe "the expected state must not be empty"
        }
    })
