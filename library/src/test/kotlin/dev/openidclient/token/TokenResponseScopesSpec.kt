package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.HttpTransport
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive

private fun answering(scope: String?): OpenIdClient =
    StubServer()
        .answerTokens("scope" to scope?.let(::JsonPrimitive), "refresh_token" to JsonPrimitive("r"))
        .client()

private suspend fun OpenIdClient.signIn(vararg scopes: String): TokenResponse {
    val pending = authorizationRequest { scope(*scopes) }.pending
    return authorizationCodeGrant("$REDIRECT_URI?code=$CODE&state=${pending.state}", pending)
}

/** Answers what starts a flow on another device, and then tokens without a scope. */
private val DEVICES =
    HttpTransport { request ->
        response(if (request.url.endsWith("/token")) tokenResponseJson().toString() else STARTED)
    }

private const val STARTED =
    """{"device_code":"d","user_code":"u","verification_uri":"https://x","auth_req_id":"a","expires_in":60}"""

private fun deviceClient(): OpenIdClient {
    val metadata =
        serverMetadata(
            "device_authorization_endpoint" to JsonPrimitive("$ISSUER/device"),
            "backchannel_authentication_endpoint" to JsonPrimitive("$ISSUER/ciba"),
        )
    return OpenIdClient(metadata, CLIENT_ID) {
        transport = DEVICES
        clock = FIXED_CLOCK
    }
}

class TokenResponseScopesSpec :
    FunSpec({
        context("what was granted is what the server says, though more was asked for:") {
            val answers =
                mapOf("a" to setOf("a"), "b a" to setOf("b", "a"), " a  a " to setOf("a"), "" to emptySet())
            for ((scope, scopes) in answers) {
                test("\"$scope\"") {
                    answering(scope).clientCredentialsGrant { scope("a", "b", "c") }.scopes shouldBe scopes
                }
            }
        }

        context("where the server says nothing it is what was asked for") {
            test("in the token request") {
                answering(null).clientCredentialsGrant { scope("a", "b") }.scopes shouldBe setOf("a", "b")
            }

            test("in the authorization request") {
                answering(null).signIn("a", "b").scopes shouldBe setOf("a", "b")
            }

            test("at the device") {
                runTest {
                    val client = deviceClient()

                    client.deviceCodeGrant(client.deviceAuthorization { scope("a") }).scopes shouldBe setOf("a")
                }
            }

            test("of the person's own device") {
                runTest {
                    val client = deviceClient()
                    val started = client.backchannelAuthentication { scope("a").loginHint("jane") }

                    client.backchannelAuthenticationGrant(started).scopes shouldBe setOf("a")
                }
            }
        }

        context("after a refresh that names no scope it is") {
            test("what the server says") {
                answering("a").refreshTokenGrant(answering(null).signIn("a", "b")).scopes shouldBe setOf("a")
            }

            test("the earlier scopes, where the server says nothing") {
                val earlier = answering("a b").signIn("a", "b", "c")

                answering(null).refreshTokenGrant(earlier).scopes shouldBe setOf("a", "b")
                answering(null).refreshTokenGrant(answering(null).refreshTokenGrant(earlier)).scopes shouldBe
                    setOf("a", "b")
            }

            test("not known, where the refresh token came alone") {
                answering(null).refreshTokenGrant("r").scopes.shouldBeNull()
            }
        }

        test("after a refresh for less it is less, also where the server says nothing") {
            val refreshed = answering(null).refreshTokenGrant(answering(null).signIn("a", "b")) { scope("a") }

            refreshed.scopes shouldBe setOf("a")
        }

        test("the refresh after it, which names no scope, is for what was granted at first") {
            val refreshed = answering(null).refreshTokenGrant(answering(null).signIn("a", "b")) { scope("a") }

            answering(null).refreshTokenGrant(refreshed).scopes shouldBe setOf("a", "b")
        }

        test("it is not known where nothing was said and nothing asked for") {
            answering(null).clientCredentialsGrant().scopes.shouldBeNull()
            answering(null).signIn().scopes.shouldBeNull()
        }

        test("it is not known where nothing was said and the caller made the request") {
            answering(null)
                .authorizationCodeGrant("$REDIRECT_URI?code=$CODE", AuthorizationCodeChecks())
                .scopes
                .shouldBeNull()
        }

        test("it makes a difference between responses") {
            (answering(null).signIn("a") == answering(null).signIn("b")) shouldBe false
            answering(null).signIn("a") shouldBe answering(null).signIn("a")
        }
    })
