package dev.openidclient.authorization

import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.CODE
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.STATE
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

private val ADVERTISED = serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(true))
private val SILENT = serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(false))

private fun validated(
    query: String,
    server: AuthorizationServerMetadata = serverMetadata(),
    expectedState: ExpectedState = ExpectedState.Exactly(STATE),
): String = validateCodeResponse(Parameters.parse(query), server, expectedState)

class AuthorizationResponseSpec :
    FunSpec({
        test("the code of a response with the right state is taken") {
            validated("code=$CODE&state=$STATE") shouldBe CODE
        }

        for (extra in listOf(
            "session_state=x&session_state=y",
            "access_token=t",
            "scope=a&expires_in=1",
            "response=",
            "error=",
        )) {
            test("$extra changes nothing") {
                validated("code=$CODE&state=$STATE&$extra") shouldBe CODE
            }
        }

        test("rejects a JWT response") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"response\"") {
                validated("response=e30.e30.x&code=$CODE&state=$STATE")
            }
        }

        val twice =
            mapOf(
                "response" to "response=&response=&code=$CODE&state=$STATE",
                "iss" to "iss=$ISSUER&iss=$ISSUER&code=$CODE&state=$STATE",
                "state" to "state=$STATE&state=$STATE&code=$CODE",
                "error" to "error=a&error=a&state=$STATE",
                "code" to "code=$CODE&code=$CODE&state=$STATE",
            )
        for ((name, query) in twice) {
            test("rejects $name twice, even with the same value") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$name\" must come once") {
                    validated(query)
                }
            }
        }

        for (name in listOf("id_token", "token")) {
            test("rejects $name, even empty") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"$name\"") {
                    validated("code=$CODE&state=$STATE&$name=")
                }
            }

            test("rejects $name twice") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$name\" must come once") {
                    validated("code=$CODE&state=$STATE&$name=a&$name=a")
                }
            }
        }

        for (query in listOf("state=$STATE", "state=$STATE&code=", "state=$STATE&error=")) {
            test("rejects a response without a code: $query") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"code\"") { validated(query) }
            }
        }

        context("iss") {
            test("may be absent or empty where the server advertises nothing") {
                validated("code=$CODE&state=$STATE") shouldBe CODE
                validated("code=$CODE&state=$STATE&iss=", SILENT) shouldBe CODE
            }

            test("is taken where it is the server's") {
                validated("code=$CODE&state=$STATE&iss=https%3A%2F%2Fas.example.com", ADVERTISED) shouldBe CODE
            }

            test("of a server for all tenants names one of them, and nobody else") {
                val tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
                val tenants = serverMetadata("issuer" to JsonPrimitive("https://as.example.com/{tenantid}/v2.0"))
                val callback = "code=$CODE&state=$STATE&iss=https://as.example.com"

                validated("$callback/$tenant/v2.0", tenants) shouldBe CODE
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "expected \"iss\"") {
                    validated("code=$CODE&state=$STATE&iss=https://as.example.org/$tenant/v2.0", tenants)
                }
                for (other in listOf("", "/common/v2.0", "/$tenant", "/$tenant/v2.0/x", "/{tenantid}/v2.0", "//v2.0")) {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "expected \"iss\"") {
                        validated(callback + other, tenants)
                    }
                }
            }

            for (missing in listOf("", "&iss=")) {
                test("must be there where the server advertises it, rejects \"$missing\"") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                        validated("code=$CODE&state=$STATE$missing", ADVERTISED)
                    }
                }
            }

            val others =
                listOf(
                    "https://evil.example.com",
                    "$ISSUER/",
                    "HTTPS://as.example.com",
                    "$ISSUER:443",
                    " $ISSUER",
                    "as.example.com",
                )
            for (other in others) {
                test("must be exactly the server's, rejects \"$other\" even where nothing is advertised") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "expected \"iss\" \"$ISSUER\"") {
                        validateCodeResponse(
                            Parameters.of("code" to CODE, "state" to STATE, "iss" to other),
                            SILENT,
                            ExpectedState.Exactly(STATE),
                        )
                    }
                }
            }

            test("of an error response must be the server's too") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"iss\"") {
                    validated("error=access_denied&state=$STATE&iss=https://evil.example.com")
                }
            }

            test("must be in an error response too where the server advertises it") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must have an \"iss\"") {
                    validated("error=access_denied&state=$STATE", ADVERTISED)
                }
            }
        }

        context("state") {
            for (query in listOf("code=$CODE", "code=$CODE&state=")) {
                test("must be there where one is expected, rejects $query") {
                    shouldFailWith<ValidationException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the \"state\"",
                    ) { validated(query) }
                }
            }

            for (state in listOf("other", "${STATE}x", STATE.dropLast(1), STATE.uppercase(), "$STATE+")) {
                test("must be exactly the expected one, rejects $state") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "is not the one of the request") {
                        validated("code=$CODE&state=$state")
                    }
                }
            }

            test("a mismatch shows neither of the two") {
                shouldThrow<ValidationException> { validated("code=$CODE&state=other-state") }.message.orEmpty().let {
                    it shouldNotContain STATE
                    it shouldNotContain "other-state"
                }
            }

            for (query in listOf("code=$CODE&state=x", "code=$CODE&state=")) {
                test("must be absent where none is expected, rejects $query") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "but none is expected") {
                        validated(query, expectedState = ExpectedState.None)
                    }
                }
            }

            test("may be absent where none is expected") {
                validated("code=$CODE", expectedState = ExpectedState.None) shouldBe CODE
            }

            for (query in listOf("code=$CODE", "code=$CODE&state=", "code=$CODE&state=x")) {
                test("is ignored where it is not checked: $query") {
                    validated(query, expectedState = ExpectedState.Any) shouldBe CODE
                }
            }

            test("an empty expectation is the caller's mistake") {
                shouldThrow<IllegalArgumentException> { ExpectedState.Exactly("") }
            }
        }

        context("an error response") {
            test("is an exception with everything that came") {
                val failure =
                    shouldFailWith<AuthorizationResponseException>(
                        ErrorCode.AUTHORIZATION_RESPONSE_ERROR,
                        "\"access_denied\": no, thanks",
                    ) {
                        validated(
                            "error=access_denied&error_description=no,+thanks&error_uri=https://e&state=$STATE&x=1&x=2",
                        )
                    }

                failure.error shouldBe "access_denied"
                failure.errorDescription shouldBe "no, thanks"
                failure.errorUri shouldBe "https://e"
                failure.parameters["x"] shouldBe listOf("1", "2")
                failure.parameters["state"] shouldBe listOf(STATE)
            }

            test("may have neither description nor URI") {
                val failure =
                    shouldThrow<AuthorizationResponseException> { validated("error=server_error&state=$STATE") }

                failure.errorDescription shouldBe null
                failure.errorUri shouldBe null
            }

            test("is an error even with a code") {
                shouldThrow<AuthorizationResponseException> { validated("error=access_denied&code=$CODE&state=$STATE") }
            }
        }

        context("of several faults the first in this order is reported") {
            val faults =
                listOf(
                    "response=a.b.c" to "(\"response\")",
                    "iss=x&iss=y" to "\"iss\" must come once",
                    "state=x&state=y" to "\"state\" must come once",
                    "iss=https://evil.example.com" to "expected \"iss\"",
                    "state=other" to "\"state\" of the authorization response is not",
                    "error=access_denied" to "access_denied",
                    "id_token=x" to "has \"id_token\"",
                    "token=x" to "has \"token\"",
                    "code=" to "must have a \"code\", but has only an empty \"code\"",
                    // encoded once more than it should be: the name holds a code
                    "code%3DSplxlOBe%26state%3Daf" to "must have a \"code\", but has only \"state\", 1 more",
                )
            for (index in faults.indices) {
                test(faults[index].first) {
                    val query =
                        faults
                            .drop(
                                index,
                            ).distinctBy { it.first.substringBefore('=') }
                            .joinToString("&") { it.first }
                    val state = if ("state=" in query) "" else "&state=$STATE"

                    shouldThrow<OAuthException> { validated(query + state) }
                        .message
                        .orEmpty() shouldContain faults[index].second
                }
            }
        }
    })
