package dev.openidclient.ciba

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val METADATA = serverMetadata("backchannel_authentication_endpoint" to JsonPrimitive("$ISSUER/bc-authorize"))
private const val AUTH_REQ_ID = "1c266114-a1be-4252-8ad1-04986c5b9ac1"

private fun document(vararg changes: Pair<String, JsonElement?>): String {
    val members =
        mutableMapOf<String, JsonElement>(
            "auth_req_id" to JsonPrimitive(AUTH_REQ_ID),
            "expires_in" to JsonPrimitive(120),
        )
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return JsonObject(members).toString()
}

private fun server(vararg changes: Pair<String, JsonElement?>) =
    StubServer().answer("/bc-authorize", document(*changes))

private suspend fun authenticate(vararg changes: Pair<String, JsonElement?>): BackchannelAuthenticationResponse =
    server(*changes).client(METADATA).backchannelAuthentication { loginHint("alice") }

class BackchannelAuthenticationSpec :
    FunSpec({
        context("the request") {
            test("has what the builder names, and the client") {
                val server = server()
                server.client(METADATA).backchannelAuthentication {
                    loginHint("alice")
                    scope("openid")
                    bindingMessage("W4SCT")
                    acrValues("1", "2")
                    userCode("1234")
                    requestedExpiry(Duration.ofMinutes(2))
                    clientNotificationToken("token")
                }

                server.lastTo("/bc-authorize").form.toMap() shouldBe
                    mapOf(
                        "login_hint" to listOf("alice"),
                        "scope" to listOf("openid"),
                        "binding_message" to listOf("W4SCT"),
                        "acr_values" to listOf("1 2"),
                        "user_code" to listOf("1234"),
                        "requested_expiry" to listOf("120"),
                        "client_notification_token" to listOf("token"),
                        "client_id" to listOf(CLIENT_ID),
                    )
            }

            val hints =
                mapOf<String, BackchannelAuthenticationBuilder.() -> Unit>(
                    "login_hint" to { loginHint("x") },
                    "login_hint_token" to { loginHintToken("x") },
                    "id_token_hint" to { idTokenHint("x") },
                    "request" to { parameter("request", "x") },
                )
            for ((name, hint) in hints) {
                test("takes the hint $name") {
                    val server = server()
                    server.client(METADATA).backchannelAuthentication(hint)

                    server.lastTo("/bc-authorize").form[name] shouldBe "x"
                }
            }

            val wrong =
                mapOf<String, BackchannelAuthenticationBuilder.() -> Unit>(
                    "none" to {},
                    "two" to { loginHint("x").idTokenHint("y") },
                    "three" to { loginHint("x").idTokenHint("y").loginHintToken("z") },
                )
            for ((count, hint) in wrong) {
                test("needs one hint, and not $count") {
                    val server = server()

                    shouldThrow<IllegalArgumentException> { server.client(METADATA).backchannelAuthentication(hint) }
                        .message shouldContain "exactly one of"
                    server.received.shouldBeEmpty()
                }
            }

            for (expiry in listOf(Duration.ZERO, Duration.ofMillis(999), Duration.ofSeconds(-1))) {
                test("refuses the requested expiry $expiry") {
                    shouldThrow<IllegalArgumentException> {
                        server().client(METADATA).backchannelAuthentication { loginHint("x").requestedExpiry(expiry) }
                    }.message shouldContain "requested_expiry"
                }
            }

            for (name in listOf("client_id", "client_secret", "client_assertion", "client_assertion_type")) {
                test("refuses the parameter $name") {
                    shouldThrow<IllegalArgumentException> {
                        server().client(METADATA).backchannelAuthentication { loginHint("x").parameter(name, "x") }
                    }
                }
            }

            test("has no DPoP proof") {
                val server = server()
                server
                    .client(
                        METADATA,
                    ).withDpop(Dpop(SigningKey.generate("ES256")))
                    .backchannelAuthentication { loginHint("x") }

                server.lastTo("/bc-authorize").header("dpop").shouldBeNull()
            }
        }

        context("the answer") {
            test("is read") {
                val response = authenticate("interval" to JsonPrimitive(2))

                response.authReqId shouldBe AUTH_REQ_ID
                response.expiresIn shouldBe Duration.ofMinutes(2)
                response.interval shouldBe Duration.ofSeconds(2)
            }

            test("needs no interval") { authenticate().interval.shouldBeNull() }

            test("does not show its identifier") { authenticate().toString() shouldNotContain AUTH_REQ_ID }
        }

        context("the interval") {
            val intervals = mapOf("0" to 1L, "1e-9" to 1L, "0.5" to 1L, "\"5\"" to 5L, "[7]" to 7L)
            for ((value, seconds) in intervals) {
                test("is $seconds seconds as $value, one at least") {
                    authenticate("interval" to json(value)).interval shouldBe Duration.ofSeconds(seconds)
                }
            }

            for (value in listOf("-5", "null", "\"\"", "true")) {
                test("is not told as $value") { authenticate("interval" to json(value)).interval.shouldBeNull() }
            }
        }

        context("the answer is rejected") {
            for (value in listOf(null, json("null"), json("\"\""), json("1"))) {
                test("with the auth_req_id ${value ?: "that is missing"}") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"auth_req_id\"") {
                        authenticate("auth_req_id" to value)
                    }
                }
            }

            for (value in listOf(null, json("null"), json("-1"), json("\"\""), json("true"))) {
                test("with the expires_in ${value ?: "that is missing"}") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"expires_in\"") {
                        authenticate("expires_in" to value)
                    }
                }
            }

            test("with an error and the status 200, as that error") {
                val server = StubServer().answer("/bc-authorize", """{"error":"unknown_user_id"}""")

                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "unknown_user_id") {
                    server.client(METADATA).backchannelAuthentication { loginHint("x") }
                }.status shouldBe 200
            }

            test("with the status 302") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.RESPONSE_IS_NOT_CONFORM,
                    "expected status 2xx, got 302",
                ) {
                    StubServer()
                        .answer("/bc-authorize", document(), 302)
                        .client(METADATA)
                        .backchannelAuthentication { loginHint("x") }
                }
            }

            test("with an OAuth error, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "unknown_user_id") {
                    StubServer()
                        .answer("/bc-authorize", """{"error":"unknown_user_id"}""", 400)
                        .client(METADATA)
                        .backchannelAuthentication { loginHint("x") }
                }
            }
        }

        test("a server without the endpoint is rejected") {
            shouldFailWith<MetadataException>(
                ErrorCode.MISSING_SERVER_METADATA,
                "\"backchannel_authentication_endpoint\"",
            ) {
                server().client().backchannelAuthentication { loginHint("x") }
            }
        }
    })
