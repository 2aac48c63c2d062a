package dev.openidclient.integration

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.samples.server.BrowserStuckException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** PAR (RFC 9126). */
class PushedRequestIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a person signs in with a pushed request" {
                val client = server.connect()
                val pushed = client.push(client.signInRequest())
                pushed.parameters.names shouldContainExactlyInAnyOrder setOf("client_id", "request_uri")
                pushed.requestUriLifetime.shouldNotBeNull().isZero shouldBe false
                client.signIn(server.browser(), pushed).person shouldBe "alice"
            }

            "$server: a request that the server would not take is refused when it is pushed" {
                val client = server.connect()
                val request = client.authorizationRequest { redirectUri("https://attacker.example.com/") }
                shouldThrow<ResponseBodyException> { client.push(request) }.status shouldBe 400
            }
        }
    })

@EnabledIf(OidcProviderAvailable::class)
class RequiredPushedRequestIntegrationSpec :
    StringSpec({
        for (id in listOf("public", "basic")) {
            "where the server wants pushed requests, the client $id pushes" {
                val client = OidcProvider.parOnly.connect(id)
                val pushed = client.push(client.signInRequest())
                client.signIn(OidcProvider.browser(), pushed).person shouldBe "alice"
            }
        }

        "where the server wants pushed requests, another has no URL" {
            val request = OidcProvider.parOnly.connect("public").signInRequest()
            shouldThrow<IllegalStateException> { request.url }.message!! shouldContain "push"
        }

        "where the client is registered for pushed requests, another has no URL, and the server refuses it, too" {
            val issuer = OidcProvider.everything
            shouldThrow<IllegalStateException> { issuer.connect("par").signInRequest().url }
            val client = connect(issuer.url, issuer.client("par").without("require_pushed_authorization_requests"))
            val request = client.signInRequest()
            shouldThrow<AuthorizationResponseException> { client.signIn(OidcProvider.browser(), request) }
                .error shouldBe "invalid_request"
            client.signIn(OidcProvider.browser(), client.push(request)).person shouldBe "alice"
        }

        "a request URI works once" {
            val client = OidcProvider.everything.connect("par")
            val pushed = client.push(client.signInRequest())
            client.signIn(OidcProvider.browser(), pushed).person shouldBe "alice"
            shouldThrow<BrowserStuckException> { OidcProvider.browser().signIn(pushed.url, Application.CALLBACK) }
        }
    })
