package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.hybridSignIn
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

/** A callback is what anybody's browser sends: nothing in it is a mistake of the calling program. */
class CallbackOfOthersSpec :
    FunSpec({
        suspend fun codeSignIn(callback: AuthorizationCallback) =
            StubServer().answerTokens().client().authorizationCodeGrant(callback, pendingAuthorization())

        test("a hybrid client reads an error in the query") {
            shouldThrow<AuthorizationResponseException> {
                hybridSignIn(AuthorizationCallback.url("$REDIRECT_URI?error=access_denied&state=$STATE"))
            }.error shouldBe "access_denied"
        }

        test("a hybrid client believes no error in the query with another state") {
            shouldThrow<ValidationException> {
                hybridSignIn(AuthorizationCallback.url("$REDIRECT_URI?error=access_denied&state=other"))
            }.subject shouldBe "state"
        }

        test("a hybrid client takes no code of the query") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "responseMode(\"form_post\")") {
                hybridSignIn(AuthorizationCallback.url("$REDIRECT_URI?code=$CODE&state=$STATE"))
            }.reached shouldBe Reached.NO
        }

        val empty =
            mapOf(
                "an empty form" to AuthorizationCallback.formPost(REDIRECT_URI, Parameters.EMPTY),
                "a URL alone" to AuthorizationCallback.url(REDIRECT_URI),
                "no parameters" to AuthorizationCallback.parameters(Parameters.EMPTY),
            )
        for ((what, callback) in empty) {
            test("$what is a broken answer") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "the callback has no parameters: give its URL with query and fragment, or its form",
                ) { codeSignIn(callback) }
            }

            test("$what is a broken answer for a hybrid client") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "the callback has no form and its URL no fragment, where the response with an ID Token is",
                ) { hybridSignIn(callback) }
            }
        }

        test("a form of another content type is a broken answer") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "but has \"text/plain\"") {
                AuthorizationCallback.formPost(REDIRECT_URI, "code=$CODE", "text/plain")
            }.reached shouldBe Reached.NO
        }

        test("a code client reads an answer in the fragment") {
            codeSignIn(AuthorizationCallback.url("$REDIRECT_URI#code=$CODE&state=$STATE")).accessToken shouldBe
                ACCESS_TOKEN
        }

        test("a code client reads no fragment beside an answer in the query") {
            shouldThrow<ValidationException> {
                codeSignIn(AuthorizationCallback.url("$REDIRECT_URI?code=$CODE&state=other#code=$CODE&state=$STATE"))
            }.subject shouldBe "state"
        }
    })
