package dev.openidclient.authorization

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

private fun url(rest: String) = AuthorizationCallback.url(REDIRECT_URI + rest)

class AuthorizationCallbackFrontChannelSpec :
    FunSpec({
        context("the parameters beside an ID Token") {
            test("are those of the fragment, not of the query") {
                url("?a=1#b=2&c=x+y").frontChannelParameters shouldBe Parameters.of("b" to "2", "c" to "x y")
            }

            test("are those of the form, not of the URL") {
                AuthorizationCallback.formPost("$REDIRECT_URI?a=1#b=2", "c=3").frontChannelParameters shouldBe
                    Parameters.of("c" to "3")
            }

            test("are the ones that are given") {
                val given = Parameters.of("a" to "1")

                AuthorizationCallback.parameters(given).frontChannelParameters shouldBe given
            }

            for (rest in listOf("", "?a=1", "#", "?a=1#")) {
                test("are none in \"$rest\"") { url(rest).frontChannelParameters shouldBe Parameters.EMPTY }
            }
        }

        context("the JWT response") {
            val ways =
                mapOf(
                    "query" to url("?response=a.b.c"),
                    "fragment" to url("#response=a.b.c"),
                    "form" to AuthorizationCallback.formPost(REDIRECT_URI, "response=a.b.c"),
                )
            for ((where, callback) in ways) {
                test("is found in the $where") { callback.jwtResponse shouldBe "a.b.c" }
            }

            test("of the query goes before the fragment's") { url("?response=a#response=b").jwtResponse shouldBe "a" }

            test("is not found where there is none") { url("?code=a#state=b").jwtResponse.shouldBeNull() }

            test("is rejected where there are two") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must come once") {
                    url("?response=a&response=b").jwtResponse
                }
            }
        }
    })
