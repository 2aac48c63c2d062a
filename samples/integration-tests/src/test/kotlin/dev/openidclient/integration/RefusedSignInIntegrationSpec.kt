package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.Pkce
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class RefusedSignInIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a person who refuses is reported as access_denied" {
                val client = server.connect(server.publicClient)
                val request = client.signInRequest()
                val callback = received(server.browser().denyConsent(request.url, Application.CALLBACK))
                val refused =
                    shouldThrow<AuthorizationResponseException> {
                        client.authorizationCodeGrant(callback, request.pending)
                    }
                refused.error shouldBe "access_denied"
                refused.code shouldBe ErrorCode.AUTHORIZATION_RESPONSE_ERROR
            }

            "$server: a wrong client secret in the body is refused" {
                val client = server.connect(server.postClient) { authentication = ClientSecretPost("wrong-secret") }
                val refused = shouldThrow<ResponseBodyException> { client.signIn(server.browser()) }
                refused.error shouldBe "invalid_client"
                refused.status shouldBe 401
            }

            "$server: a wrong client secret in the header is refused" {
                val client = server.connect { authentication = ClientSecretBasic("wrong-secret") }
                val refused = shouldThrow<OAuthException> { client.signIn(server.browser()) }
                refused.message!! shouldContain "401"
                refused.message!! shouldNotContain "wrong-secret"
            }

            "$server: a code is taken once" {
                val client = server.connect()
                val request = client.signInRequest()
                val callback = received(server.browser().signIn(request.url, Application.CALLBACK))
                client.authorizationCodeGrant(callback, request.pending).person shouldBe "alice"
                shouldThrow<ResponseBodyException> {
                    client.authorizationCodeGrant(callback, request.pending)
                }.error shouldBe "invalid_grant"
            }

            "$server: a callback with another state is not exchanged" {
                val client = server.connect()
                val request = client.signInRequest()
                val callback = server.browser().signIn(request.url, Application.CALLBACK)
                val tampered = callback.url().replace(request.pending.state, "another-state")
                shouldThrow<ValidationException> {
                    client.authorizationCodeGrant(tampered, request.pending)
                }.code shouldBe ErrorCode.INVALID_RESPONSE
                // the code is still good, so it was not sent
                client.authorizationCodeGrant(callback.url(), request.pending).person shouldBe "alice"
            }

            "$server: the callback of one request does not fit another" {
                val client = server.connect()
                val (one, other) = List(2) { client.signInRequest() }
                val callback = received(server.browser().signIn(one.url, Application.CALLBACK))
                shouldThrow<ValidationException> {
                    client.authorizationCodeGrant(
                        callback,
                        other.pending,
                    )
                }.code shouldBe
                    ErrorCode.INVALID_RESPONSE
            }

            "$server: an ID Token with another nonce is refused" {
                val client = server.connect()
                val request = client.signInRequest()
                val callback = received(server.browser().signIn(request.url, Application.CALLBACK))
                val checks =
                    AuthorizationCodeChecks {
                        expectedState = request.pending.state
                        expectedNonce = "another-nonce"
                        pkceCodeVerifier = request.pending.codeVerifier
                    }
                shouldThrow<ValidationException> { client.authorizationCodeGrant(callback, checks) }.code shouldBe
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED
            }

            "$server: the server refuses another code verifier" {
                val client = server.connect()
                val request = client.signInRequest()
                val callback = received(server.browser().signIn(request.url, Application.CALLBACK))
                val checks =
                    AuthorizationCodeChecks {
                        expectedState = request.pending.state
                        expectedNonce = request.pending.nonce
                        pkceCodeVerifier = Pkce.generate().codeVerifier
                    }
                shouldThrow<ResponseBodyException> { client.authorizationCodeGrant(callback, checks) }.error shouldBe
                    "invalid_grant"
            }

            "$server: a callback that names another issuer is refused" {
                val client = server.connect()
                val request = client.signInRequest()
                val callback = received(server.browser().signIn(request.url, Application.CALLBACK))
                val mixedUp = callback.parameters.with("iss", "https://another.example.com")
                shouldThrow<ValidationException> {
                    client.authorizationCodeGrant(AuthorizationCallback.parameters(mixedUp), request.pending)
                }.code shouldBe ErrorCode.INVALID_RESPONSE
            }

            "$server: what another client of the server has pending is refused" {
                val request = server.connect(server.publicClient).signInRequest()
                val callback = received(server.browser().signIn(request.url, Application.CALLBACK))
                shouldThrow<ValidationException> {
                    server.connect().authorizationCodeGrant(callback, request.pending)
                }.code shouldBe ErrorCode.INVALID_RESPONSE
            }
        }
    })
