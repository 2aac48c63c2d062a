package dev.openidclient.device

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.DEVICE_CODE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.PolledServer.Companion.pending
import dev.openidclient.testing.PolledServer.Companion.tokens
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.response
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.testing.unverifiable
import dev.openidclient.testing.waitingDevice
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive

private fun wantsNonce(nonce: String): suspend () -> HttpResponse =
    {
        val headers = HttpHeaders.of("content-type" to "application/json", "dpop-nonce" to nonce)
        HttpResponse(400, headers, """{"error":"use_dpop_nonce"}""".encodeToByteArray())
    }

private fun granted(idToken: JsonPrimitive): suspend () -> HttpResponse =
    { response(tokenResponseJson("id_token" to idToken).toString()) }

private val PolledServer.proofs get() =
    transport.requests.map {
        Jwt.parse(it.headers["dpop"].orEmpty(), "proof").claims
    }

class DeviceCodeGrantSpec :
    FunSpec({
        test("each poll has the grant, the code and what the caller adds") {
            runTest {
                val server = PolledServer(this, pending(), tokens)
                server.client().deviceCodeGrant(waitingDevice()) { scope("a") }

                for (request in server.transport.requests) {
                    request.body?.parameters?.toMap() shouldBe
                        mapOf(
                            "scope" to listOf("a"),
                            "device_code" to listOf(DEVICE_CODE),
                            "grant_type" to listOf("urn:ietf:params:oauth:grant-type:device_code"),
                            "client_id" to listOf(CLIENT_ID),
                        )
                }
                server.transport.requests.size shouldBe 2
            }
        }

        for (name in listOf("device_code", "grant_type", "client_id")) {
            test("the caller cannot set $name") {
                runTest {
                    val server = PolledServer(this, tokens)

                    shouldThrow<IllegalArgumentException> {
                        server.client().deviceCodeGrant(waitingDevice()) { parameter(name, "x") }
                    }
                    server.askedAt shouldBe emptyList()
                }
            }
        }

        context("with DPoP") {
            test("each poll has a proof of its own") {
                runTest {
                    val server = PolledServer(this, pending(), pending(), tokens)
                    server.client().withDpop(Dpop(SigningKey.generate("ES256"))).deviceCodeGrant(waitingDevice())

                    server.proofs.map { it["jti"] }.shouldBeUnique().size shouldBe 3
                }
            }

            test("a poll is sent again, once, with the nonce that the server wants") {
                runTest {
                    val server = PolledServer(this, wantsNonce("n1"), pending(), wantsNonce("n2"), tokens)
                    server.client().withDpop(Dpop(SigningKey.generate("ES256"))).deviceCodeGrant(waitingDevice())

                    server.askedAt shouldBe listOf(5_000L, 5_000L, 10_000L, 10_000L)
                    server.proofs.map { it["nonce"] } shouldBe
                        listOf(null, JsonPrimitive("n1"), JsonPrimitive("n1"), JsonPrimitive("n2"))
                }
            }

            test("a server that never has enough of nonces ends the polling") {
                runTest {
                    val server = PolledServer(this, wantsNonce("n1"), wantsNonce("n2"), tokens)

                    shouldFailWith<ResponseBodyException>(ErrorCode.RESPONSE_BODY_ERROR, "use_dpop_nonce") {
                        server.client().withDpop(Dpop(SigningKey.generate("ES256"))).deviceCodeGrant(waitingDevice())
                    }
                    server.askedAt.size shouldBe 2
                }
            }

            test("there is no proof without a key") {
                runTest {
                    val server = PolledServer(this, tokens)
                    server.client().deviceCodeGrant(waitingDevice())

                    server.transport.requests
                        .single()
                        .headers["dpop"]
                        .shouldBeNull()
                }
            }
        }

        context("the ID Token") {
            test("is validated") {
                runTest {
                    val server = PolledServer(this, granted(idToken("aud" to JsonPrimitive("other"))))

                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"aud\"") {
                        server.client().deviceCodeGrant(waitingDevice())
                    }
                }
            }

            test("is taken with any nonce and at any age") {
                runTest {
                    val old = idToken("iat" to JsonPrimitive(NOW.epochSecond - 100_000), "nonce" to JsonPrimitive("x"))

                    PolledServer(this, granted(old)).client().deviceCodeGrant(waitingDevice()).claims.shouldNotBeNull()
                }
            }

            test("is verified where the settings ask for that") {
                runTest {
                    val forged =
                        JsonPrimitive(
                            unverifiable(
                                idTokenClaims(),
                                header =
                                    mapOf("kid" to JsonPrimitive("rsa-1")),
                            ),
                        )
                    val keys: suspend () -> HttpResponse = { response(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa))) }
                    val server = PolledServer(this, granted(forged), keys)

                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                        server.client { nonRepudiationChecks() }.deviceCodeGrant(waitingDevice())
                    }
                }
            }
        }
    })
