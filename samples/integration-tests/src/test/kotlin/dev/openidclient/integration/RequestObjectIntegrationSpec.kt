package dev.openidclient.integration

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.samples.server.BrowserStuckException
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration

/** JAR (RFC 9101), alone and pushed. */
@EnabledIf(OidcProviderAvailable::class)
class RequestObjectIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        for (algorithm in ClientKeys.signingAlgorithms()) {
            "a request object signed with ${algorithm.identifier} is taken" {
                val client = issuer.connect("jar")
                val request = client.sign(client.signInRequest(), ClientKeys.signing(algorithm))
                client.signIn(OidcProvider.browser(), request).person shouldBe "alice"
            }
        }

        "what OpenID Connect wants outside goes beside the request object, and a bare one is taken" {
            val client = issuer.connect("jar")
            val request = client.sign(client.signInRequest(), ClientKeys.signing(JwsAlgorithm.ES256))
            request.parameters.names shouldContainExactlyInAnyOrder
                setOf("client_id", "request", "response_type", "redirect_uri", "scope")
            val bare = request.requestObjectOnly()
            bare.parameters.names shouldContainExactlyInAnyOrder setOf("client_id", "request")
            client.signIn(OidcProvider.browser(), bare).person shouldBe "alice"
        }

        "parameters of every kind are signed" {
            val client = issuer.connect("jar")
            val request =
                client.signInRequest {
                    maxAge(Duration.ofMinutes(5))
                    scope("orders:read")
                    resource(issuer.resource)
                    responseMode("form_post")
                }
            val signed = client.sign(request, ClientKeys.signing(JwsAlgorithm.PS256))
            val tokens = client.signIn(OidcProvider.browser(), signed)
            tokens.claims?.authTime.shouldNotBeNull()
        }

        "a signed request is pushed" {
            val client = issuer.connect("jar")
            val signed = client.sign(client.signInRequest(), ClientKeys.signing(JwsAlgorithm.ES256))
            client.signIn(OidcProvider.browser(), client.push(signed)).person shouldBe "alice"
        }

        "a request that is not signed has no URL, and the server refuses it, too" {
            shouldThrow<IllegalStateException> { issuer.connect("jar").signInRequest().url }
            val client = connect(issuer.url, issuer.client("jar").without("require_signed_request_object"))
            val request = client.signInRequest()
            shouldThrow<AuthorizationResponseException> {
                val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
                client.authorizationCodeGrant(callback, request.pending)
            }.error shouldBe "invalid_request"
        }

        "a request signed with a key that is not registered is refused" {
            val client = issuer.connect("jar")
            val signed = client.sign(client.authorizationRequest(), SigningKey.generate())
            shouldThrow<BrowserStuckException> { OidcProvider.browser().signIn(signed.url, Application.CALLBACK) }
            shouldThrow<ResponseBodyException> { client.push(signed) }.error shouldBe "invalid_request_object"
        }
    })
