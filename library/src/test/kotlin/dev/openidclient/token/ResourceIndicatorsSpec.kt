package dev.openidclient.token

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.Parameters
import dev.openidclient.testing.CODE
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.PolledServer.Companion.tokens
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"

private val BOTH = listOf("https://a.example.com", "https://b.example.com")

private val StubServer.sent: Parameters get() = lastTo("/token").form

private val PolledServer.resource: List<String>?
    get() =
        transport.requests
            .single()
            .body
            ?.parameters
            ?.all("resource")

class ResourceIndicatorsSpec :
    FunSpec({
        val server = StubServer().answerTokens("refresh_token" to JsonPrimitive("r"))
        val client = server.client()
        val pending = pendingAuthorization(resource = BOTH)

        test("the authorization request remembers its resource values") {
            client.authorizationRequest { resource(*BOTH.toTypedArray()) }.pending.resource shouldBe BOTH
            client.authorizationRequest().pending.resource.shouldBeEmpty()
        }

        context("the token request") {
            test("names those of the authorization request again") {
                client.authorizationCodeGrant(CALLBACK, pending).resource shouldBe BOTH
                server.sent.all("resource") shouldBe BOTH
            }

            test("names those of its own where it has some") {
                val tokens = client.authorizationCodeGrant(CALLBACK, pending) { resource("https://c.example.com") }

                server.sent.all("resource") shouldBe listOf("https://c.example.com")
                tokens.resource shouldBe listOf("https://c.example.com")
            }

            test("names none where none was asked for") {
                client.authorizationCodeGrant(CALLBACK, pendingAuthorization()).resource.shouldBeEmpty()
                ("resource" in server.sent) shouldBe false
            }
        }

        context("a refresh") {
            test("names those of the tokens again, also of tokens that were refreshed") {
                val tokens = client.authorizationCodeGrant(CALLBACK, pending)
                val again = client.refreshTokenGrant(client.refreshTokenGrant(tokens))

                server.sent.all("resource") shouldBe BOTH
                again.resource shouldBe BOTH
            }

            test("names those of its own where it has some") {
                val tokens = client.authorizationCodeGrant(CALLBACK, pending)
                client.refreshTokenGrant(tokens) { resource(BOTH.last()) }.resource shouldBe listOf(BOTH.last())

                server.sent.all("resource") shouldBe listOf(BOTH.last())
            }
        }

        context("polls name those of the request that they wait for:") {
            val metadata =
                serverMetadata(
                    "device_authorization_endpoint" to JsonPrimitive("$ISSUER/device"),
                    "backchannel_authentication_endpoint" to JsonPrimitive("$ISSUER/ciba"),
                )
            val started =
                """"device_code":"d","user_code":"u","verification_uri":"$ISSUER","auth_req_id":"i","expires_in":60"""
            server.answer("/device", "{$started}").answer("/ciba", "{$started}")

            test("device") {
                val waiting = server.client(metadata).deviceAuthorization { resource(*BOTH.toTypedArray()) }
                runTest {
                    val polled = PolledServer(this, tokens)
                    polled.client().deviceCodeGrant(waiting).resource shouldBe BOTH

                    polled.resource shouldBe BOTH
                }
            }

            test("CIBA") {
                val waiting =
                    server.client(metadata).backchannelAuthentication {
                        loginHint("jane")
                        resource(*BOTH.toTypedArray())
                    }
                runTest {
                    val polled = PolledServer(this, tokens)
                    polled.client().backchannelAuthenticationGrant(waiting).resource shouldBe BOTH

                    polled.resource shouldBe BOTH
                }
            }
        }
    })
