package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"

private fun checks(configure: AuthorizationCodeChecks.() -> Unit = {}) =
    AuthorizationCodeChecks {
        expectedState = STATE
        configure()
    }

/** The authorization code grant under the caller's own checks. */
class AuthorizationCodeGrantManualSpec :
    FunSpec({
        suspend fun sent(
            callback: String,
            checks: AuthorizationCodeChecks,
        ): Parameters {
            val server = StubServer().answerTokens()
            server.client().authorizationCodeGrant(callback, checks)
            return server.lastTo("/token").form
        }

        suspend fun grantWithIdToken(
            checks: AuthorizationCodeChecks,
            idToken: JsonPrimitive?,
        ): TokenResponse =
            StubServer().answerTokens("id_token" to idToken).client().authorizationCodeGrant(CALLBACK, checks)

        test("the request has redirect URI, code, verifier, grant type and client, in this order") {
            sent(CALLBACK, checks { pkceCodeVerifier = CODE_VERIFIER }) shouldBe
                Parameters.of(
                    "redirect_uri" to REDIRECT_URI,
                    "code" to CODE,
                    "code_verifier" to CODE_VERIFIER,
                    "grant_type" to "authorization_code",
                    "client_id" to CLIENT_ID,
                )
        }

        for (verifier in listOf(null, "")) {
            test("the request has no verifier where it is ${verifier?.let { "empty" }}") {
                ("code_verifier" in sent(CALLBACK, checks { pkceCodeVerifier = verifier })) shouldBe false
            }
        }

        test("the caller's parameters come first and cannot override those of the grant") {
            val server = StubServer().answerTokens()
            val client = server.client()
            client.authorizationCodeGrant(CALLBACK, checks()) { parameter("audience", "x") }

            server.lastTo("/token").body shouldContain "audience=x&redirect_uri="
            for (name in listOf("code", "redirect_uri", "grant_type")) {
                shouldThrow<IllegalArgumentException> {
                    client.authorizationCodeGrant(CALLBACK, checks()) { parameter(name, "x") }
                }
            }
        }

        context("redirect_uri") {
            val derived =
                mapOf(
                    "HTTPS://RP.example.com:443/x/../cb" to "https://rp.example.com/cb",
                    "https://rp.example.com" to "https://rp.example.com/",
                    "myapp://cb" to "myapp://cb",
                    "com.example.app:/cb" to "com.example.app:/cb",
                )
            for ((url, expected) in derived) {
                test("of a callback to $url is $expected") {
                    sent("$url?code=$CODE&state=$STATE#x", checks())["redirect_uri"] shouldBe expected
                }
            }

            test("is the explicit one, as it is given") {
                sent(CALLBACK, checks { redirectUri = "https://RP.example.com/cb?x=1" })["redirect_uri"] shouldBe
                    "https://RP.example.com/cb?x=1"
            }

            test("must be explicit where the callback is a path") {
                val server = StubServer().answerTokens()
                shouldThrow<IllegalArgumentException> {
                    server.client().authorizationCodeGrant("/callback?code=$CODE&state=$STATE", checks())
                }.message shouldContain "redirectUri"

                server.received.shouldBeEmpty()
            }

            test("must be explicit where the callback is parameters") {
                val callback = AuthorizationCallback.parameters(Parameters.of("code" to CODE, "state" to STATE))

                shouldThrow<IllegalArgumentException> {
                    StubServer().client().authorizationCodeGrant(callback, checks())
                }.message shouldContain "redirectUri"
            }
        }

        context("state") {
            test("is rejected where it differs") {
                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "\"state\"",
                ) { sent("$CALLBACK-x", checks()) }
            }

            test("is rejected where none is expected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "none is expected") {
                    sent(CALLBACK, AuthorizationCodeChecks())
                }
            }

            test("may be absent where none is expected") {
                sent("$REDIRECT_URI?code=$CODE", AuthorizationCodeChecks())["code"] shouldBe CODE
            }

            test("is not looked at where the check is skipped") {
                sent("$CALLBACK-x", checks { skipStateCheck() })["code"] shouldBe CODE
            }

            test("an empty expectation is the caller's mistake") {
                shouldThrow<IllegalArgumentException> {
                    sent(
                        "$REDIRECT_URI?code=$CODE&state=",
                        checks {
                            expectedState =
                                ""
                        },
                    )
                }
            }
        }

        context("the ID Token") {
            test("may be absent where nothing expects it") {
                grantWithIdToken(checks(), idToken = null).accessToken shouldBe ACCESS_TOKEN
            }

            val expecting =
                mapOf<String, AuthorizationCodeChecks.() -> Unit>(
                    "idTokenExpected()" to { idTokenExpected() },
                    "a nonce" to { expectedNonce = NONCE },
                    "a maximum age" to { maxAge = Duration.ofSeconds(60) },
                )
            for ((name, configure) in expecting) {
                test("is required by $name") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "an \"id_token\" is expected",
                    ) {
                        grantWithIdToken(checks(configure), idToken = null)
                    }
                }
            }

            test("is taken with the expected nonce") {
                grantWithIdToken(checks { expectedNonce = NONCE }, idToken("nonce" to JsonPrimitive(NONCE)))
                    .claims
                    .shouldNotBeNull()
            }

            test("is rejected with another nonce") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                    grantWithIdToken(checks { expectedNonce = NONCE }, idToken("nonce" to JsonPrimitive("other")))
                }
            }

            test("is rejected with a nonce that is not expected") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"nonce\"") {
                    grantWithIdToken(checks { idTokenExpected() }, idToken("nonce" to JsonPrimitive(NONCE)))
                }
            }

            test("is rejected where the sign-in is older than the maximum age") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                    grantWithIdToken(
                        checks { maxAge = Duration.ofSeconds(60) },
                        idToken("auth_time" to JsonPrimitive(NOW.epochSecond - 91)),
                    )
                }
            }

            test("an empty expected nonce is the caller's mistake") {
                shouldThrow<IllegalArgumentException> { sent(CALLBACK, checks { expectedNonce = "" }) }
            }

            test("a negative maximum age is the caller's mistake") {
                shouldThrow<IllegalArgumentException> { sent(CALLBACK, checks { maxAge = Duration.ofSeconds(-1) }) }
            }

            test("a sign-in of this second is within a maximum age of zero") {
                grantWithIdToken(
                    checks { maxAge = Duration.ZERO },
                    idToken("auth_time" to JsonPrimitive(NOW.epochSecond)),
                ).claims
                    .shouldNotBeNull()
            }
        }

        test("a posted callback is taken under the caller's checks too") {
            val server = StubServer().answerTokens()
            server.client().authorizationCodeGrant(
                AuthorizationCallback.formPost(REDIRECT_URI, "code=$CODE&state=$STATE"),
                checks(),
            )

            server.lastTo("/token").form["redirect_uri"] shouldBe REDIRECT_URI
        }

        test("the client's default maximum age limits the age of the sign-in where the checks do not") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"auth_time\"") {
                StubServer()
                    .answerTokens("id_token" to idToken("auth_time" to JsonPrimitive(NOW.epochSecond - 91)))
                    .client { metadata { defaultMaxAge(Duration.ofSeconds(60)) } }
                    .authorizationCodeGrant(CALLBACK, checks())
            }
        }
    })
