package dev.openidclient.authorization

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.responseClaims
import dev.openidclient.testing.responseInQuery
import dev.openidclient.testing.responseJwt
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.implicitAuthentication
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

class AuthorizationResponseClaimsSpec :
    FunSpec({
        val server = StubServer().answerKeys()
        val client = server.client { useJwtResponseMode() }

        context("the claims of a signed authorization response") {
            val extra = "authorization_details" to json("""[{"type":"a"}]""")

            test("come back as they are, verified") {
                client.authorizationResponseClaims(responseInQuery(responseJwt(extra))) shouldBe responseClaims(extra)
            }

            test("are refused with another signature, issuer or audience") {
                val forged = TestKeys.signRsa(responseClaims(), key = TestKeys.otherRsa)
                for (response in listOf(
                    forged,
                    responseJwt("iss" to JsonPrimitive("https://evil.example.com")),
                    responseJwt("aud" to JsonPrimitive("other")),
                )) {
                    shouldThrow<ValidationException> { client.authorizationResponseClaims(responseInQuery(response)) }
                }
            }

            test("are missed where there is no response") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"response\"") {
                    client.authorizationResponseClaims(AuthorizationCallback.url("$REDIRECT_URI?code=c"))
                }
            }

            test("need useJwtResponseMode()") {
                shouldThrow<IllegalStateException> {
                    server.client().authorizationResponseClaims(responseInQuery(responseJwt()))
                }
            }
        }

        test("the parameters of a fragment can be read, and are not shown") {
            val callback = AuthorizationCallback.url("$REDIRECT_URI?a=1#state=$STATE&session_state=abc.def")

            callback.fragment.toMap() shouldBe mapOf("state" to listOf(STATE), "session_state" to listOf("abc.def"))
            callback.toString() shouldNotContain "abc.def"
            AuthorizationCallback.formPost("$REDIRECT_URI#session_state=x", Parameters.EMPTY).fragment.isEmpty shouldBe
                true
        }

        test("the raw ID Token of implicitAuthentication is there, for logout") {
            val token = TestKeys.signRsa(idTokenClaims("nonce" to JsonPrimitive(NONCE)))
            val claims =
                server.client { useIdTokenResponseType() }.implicitAuthentication(
                    AuthorizationCallback.url("$REDIRECT_URI#state=$STATE&id_token=$token"),
                    pendingAuthorization(nonce = NONCE),
                )

            claims.idToken shouldBe token
            claims.toString() shouldNotContain token
        }
    })
