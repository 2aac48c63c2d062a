package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.authorization.randomNonce
import dev.openidclient.authorization.randomState
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** State, nonce and PKCE in the caller's own hands. */
class ManualChecksIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            val state = randomState()
            val nonce = randomNonce()
            val pkce = Pkce.generate()
            val signIn =
                Parameters.of(
                    "redirect_uri" to Application.CALLBACK,
                    "scope" to "openid",
                    "state" to state,
                    "nonce" to nonce,
                    "code_challenge" to pkce.codeChallenge,
                    "code_challenge_method" to pkce.codeChallengeMethod,
                )

            "$server: a person signs in with the checks that the caller made" {
                val client = server.connect()
                val url = client.authorizationUrl(signIn)
                val callback = server.browser().signIn(url, Application.CALLBACK)
                val checks =
                    AuthorizationCodeChecks {
                        expectedState = state
                        expectedNonce = nonce
                        pkceCodeVerifier = pkce.codeVerifier
                    }
                client.authorizationCodeGrant(callback.url(), checks).person shouldBe "alice"
            }

            "$server: a state that nobody expects is refused" {
                val client = server.connect()
                val callback = server.browser().signIn(client.authorizationUrl(signIn), Application.CALLBACK)
                val checks = AuthorizationCodeChecks { pkceCodeVerifier = pkce.codeVerifier }
                shouldThrow<ValidationException> { client.authorizationCodeGrant(callback.url(), checks) }
            }

            "$server: an ID Token that is expected must come" {
                val client = server.connect()
                val url = client.authorizationUrl(signIn.with("scope", "email").without("nonce"))
                val callback = server.browser().signIn(url, Application.CALLBACK)
                val checks =
                    AuthorizationCodeChecks {
                        skipStateCheck()
                        idTokenExpected()
                        pkceCodeVerifier = pkce.codeVerifier
                    }
                shouldThrow<InvalidResponseException> { client.authorizationCodeGrant(callback.url(), checks) }
            }
        }
    })
