package dev.openidclient.client

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.grant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonPrimitive

private val KEY = SigningKey.generate("ES256")

private val PROFILES =
    mapOf<String, ClientSettings.() -> Unit>(
        "FAPI 2.0 Security Profile" to { fapi2Security() },
        "FAPI 2.0 Message Signing" to { fapi2MessageSigning() },
        "FAPI 1.0 Advanced" to { fapi1Advanced() },
    )

private val CALLBACK = AuthorizationCallback.url("$REDIRECT_URI?code=$CODE&state=$STATE&iss=$ISSUER")

private fun StubServer.profiled(profile: ClientSettings.() -> Unit): OpenIdClient =
    client {
        authentication = PrivateKeyJwt(KEY)
        transportPresentsCertificate()
        profile()
    }

private fun checks(configure: AuthorizationCodeChecks.() -> Unit): AuthorizationCodeChecks =
    AuthorizationCodeChecks {
        expectedState = STATE
        expectedNonce = NONCE
        pkceCodeVerifier = CODE_VERIFIER
        configure()
    }

private val LOOSE =
    mapOf<String, AuthorizationCodeChecks.() -> Unit>(
        "without PKCE" to { pkceCodeVerifier = null },
        "with an empty PKCE verifier" to { pkceCodeVerifier = "" },
        "with a PKCE verifier that could be guessed" to { pkceCodeVerifier = "verifier" },
        "with any state" to { skipStateCheck() },
    )

class SecurityProfileManualSpec :
    FunSpec({
        for ((title, profile) in PROFILES) {
            for ((what, loosen) in LOOSE) {
                test("$title refuses to exchange a code $what under the caller's own checks, too") {
                    val server = StubServer().answerTokens()

                    shouldThrow<IllegalArgumentException> {
                        server.profiled(profile).authorizationCodeGrant(CALLBACK, checks(loosen))
                    }
                    server.received.shouldBeEmpty()
                }
            }

            test("$title refuses to exchange a code without any checks") {
                val server = StubServer().answerTokens()

                shouldThrow<IllegalArgumentException> {
                    server.profiled(profile).grant("authorization_code") { parameter("code", CODE) }
                }.message shouldStartWith "$title: exchange a code with authorizationCodeGrant"
                server.received.shouldBeEmpty()
            }
        }

        test("the message says which check is missing") {
            shouldThrow<IllegalArgumentException> {
                StubServer().profiled { fapi2Security() }.authorizationCodeGrant(CALLBACK, checks { skipStateCheck() })
            }.message shouldContain "set expectedState"
            shouldThrow<IllegalArgumentException> {
                StubServer()
                    .profiled {
                        fapi2Security()
                    }.authorizationCodeGrant(CALLBACK, checks { pkceCodeVerifier = null })
            }.message shouldContain "set pkceCodeVerifier"
        }

        test("a profile takes a code under checks that have all of it") {
            val server = StubServer().answerTokens("token_type" to JsonPrimitive("DPoP"))
            val checks = checks { expectedNonce = null }

            server.profiled { fapi2Security() }.authorizationCodeGrant(CALLBACK, checks).accessToken shouldBe
                ACCESS_TOKEN
        }
    })
