package dev.openidclient.device

import dev.openidclient.clientauth.ClientSecretBasic
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
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val METADATA = serverMetadata("device_authorization_endpoint" to JsonPrimitive("$ISSUER/device_authorization"))

private fun document(vararg changes: Pair<String, JsonElement?>): String {
    val members =
        mutableMapOf<String, JsonElement>(
            "device_code" to JsonPrimitive("a-device-code"),
            "user_code" to JsonPrimitive("WDJB-MJHT"),
            "verification_uri" to JsonPrimitive("$ISSUER/device"),
            "expires_in" to JsonPrimitive(1800),
        )
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return JsonObject(members).toString()
}

private fun server(vararg changes: Pair<String, JsonElement?>) =
    StubServer().answer("/device_authorization", document(*changes))

private suspend fun authorize(vararg changes: Pair<String, JsonElement?>): DeviceAuthorization =
    server(*changes).client(METADATA).deviceAuthorization()

class DeviceAuthorizationSpec :
    FunSpec({
        context("the request") {
            test("names client, scope and resource") {
                val server = server()
                server.client(METADATA).deviceAuthorization {
                    scope("openid")
                    resource("https://a")
                }
                val sent = server.lastTo("/device_authorization")

                sent.method shouldBe "POST"
                sent.form.toMap() shouldBe
                    mapOf(
                        "scope" to listOf("openid"),
                        "resource" to listOf("https://a"),
                        "client_id" to listOf(CLIENT_ID),
                    )
                sent.header("accept") shouldBe "application/json"
            }

            test("names the client in the body where it authenticates in the header too") {
                val server = server()
                server.client(METADATA) { authentication = ClientSecretBasic("s3cret") }.deviceAuthorization()
                val sent = server.lastTo("/device_authorization")

                sent.header("authorization").shouldNotBeNull()
                sent.form.all("client_id") shouldBe listOf(CLIENT_ID)
            }

            test("has no DPoP proof") {
                val server = server()
                server.client(METADATA).withDpop(Dpop(SigningKey.generate("ES256"))).deviceAuthorization()

                server.lastTo("/device_authorization").header("dpop").shouldBeNull()
            }

            for (name in listOf("client_id", "client_secret", "client_assertion", "client_assertion_type")) {
                test("refuses the parameter $name") {
                    shouldThrow<IllegalArgumentException> {
                        server().client(METADATA).deviceAuthorization { parameter(name, "x") }
                    }
                }
            }
        }

        context("the answer") {
            test("is read") {
                val device =
                    authorize(
                        "verification_uri_complete" to JsonPrimitive("$ISSUER/device?user_code=WDJB-MJHT"),
                        "interval" to JsonPrimitive(1.5),
                    )

                device.deviceCode shouldBe "a-device-code"
                device.userCode shouldBe "WDJB-MJHT"
                device.verificationUri shouldBe "$ISSUER/device"
                device.verificationUriComplete shouldBe "$ISSUER/device?user_code=WDJB-MJHT"
                device.expiresIn shouldBe Duration.ofMinutes(30)
                device.interval shouldBe Duration.ofMillis(1500)
            }

            for (absent in listOf(null, json("null"), json("\"\""))) {
                test("is read with the name verification_url where the verification_uri is ${absent ?: "missing"}") {
                    val device =
                        authorize(
                            "verification_uri" to absent,
                            "verification_url" to JsonPrimitive("https://www.google.com/device"),
                        )

                    device.verificationUri shouldBe "https://www.google.com/device"
                    device.toString() shouldContain "https://www.google.com/device"
                }
            }

            test("has the verification_uri where a verification_url stands beside it") {
                val device = authorize("verification_url" to JsonPrimitive("https://other.example.com"))

                device.verificationUri shouldBe "$ISSUER/device"
            }

            test("needs neither a complete URI nor an interval") {
                val device = authorize()

                device.verificationUriComplete.shouldBeNull()
                device.interval.shouldBeNull()
            }

            for (value in listOf("null", "\"\"")) {
                test("has no complete URI where it is $value") {
                    authorize("verification_uri_complete" to json(value)).verificationUriComplete.shouldBeNull()
                }
            }

            test("may expire at once, and say so as text") {
                authorize("expires_in" to JsonPrimitive("0")).expiresIn shouldBe Duration.ZERO
            }

            test("does not show its codes") {
                val shown =
                    authorize(
                        "verification_uri_complete" to JsonPrimitive("$ISSUER?user_code=WDJB-MJHT"),
                    ).toString()

                shown shouldNotContain "a-device-code"
                shown shouldNotContain "WDJB"
            }
        }

        context("the interval") {
            val intervals = mapOf("0" to 1L, "1e-9" to 1L, "0.5" to 1L, "\"5\"" to 5L, "[7]" to 7L)
            for ((value, seconds) in intervals) {
                test("is $seconds seconds as $value, one at least") {
                    authorize("interval" to json(value)).interval shouldBe Duration.ofSeconds(seconds)
                }
            }

            for (value in listOf("-5", "null", "\"\"", "true")) {
                test("is not told as $value") { authorize("interval" to json(value)).interval.shouldBeNull() }
            }
        }

        context("the answer is rejected") {
            for (name in listOf("device_code", "user_code", "verification_uri")) {
                for (value in listOf(null, json("null"), json("\"\""), json("1"))) {
                    test("with the $name ${value ?: "that is missing"}") {
                        shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"$name\"") {
                            authorize(name to value)
                        }
                    }
                }
            }

            test("with a verification_uri_complete that is no text") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "\"verification_uri_complete\"",
                ) {
                    authorize("verification_uri_complete" to json("1"))
                }
            }

            for (value in listOf(null, json("null"), json("-1"), json("\"\""), json("true"))) {
                test("with the expires_in ${value ?: "that is missing"}") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"expires_in\"") {
                        authorize("expires_in" to value)
                    }
                }
            }

            test("with an error and the status 200, as that error") {
                val server = StubServer().answer("/device_authorization", """{"error":"unauthorized_client"}""")

                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "unauthorized_client") {
                    server.client(METADATA).deviceAuthorization()
                }.status shouldBe 200
            }

            test("with the status 302") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.RESPONSE_IS_NOT_CONFORM,
                    "expected status 2xx, got 302",
                ) {
                    StubServer().answer("/device_authorization", document(), 302).client(METADATA).deviceAuthorization()
                }
            }

            test("with an OAuth error, as that error") {
                shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "invalid_scope") {
                    StubServer()
                        .answer("/device_authorization", """{"error":"invalid_scope"}""", 400)
                        .client(METADATA)
                        .deviceAuthorization()
                }
            }
        }

        test("a server without the endpoint is rejected") {
            shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"device_authorization_endpoint\"") {
                server().client().deviceAuthorization()
            }
        }
    })
