package dev.openidclient.integration

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** RFC 8707: a token is for the resource that was named, and for no other. */
@EnabledIf(OidcProviderAvailable::class)
class ResourceIndicatorsIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "a service gets a token for the resource that it names" {
            val tokens =
                issuer.connect("service").clientCredentialsGrant { scope("orders:read").resource(issuer.resource) }
            tokens.scope shouldBe "orders:read"
            HandMadeRequests(issuer.url).get(issuer.resource, tokens.accessToken).string("client_id") shouldBe "service"
        }

        "a resource may want its tokens to be JWTs" {
            val tokens =
                issuer.connect("service").clientCredentialsGrant { scope("orders:read").resource(issuer.jwtResource) }
            tokens.accessToken.count { it == '.' } shouldBe 2
            HandMadeRequests(issuer.url).get(issuer.jwtResource, tokens.accessToken).string("client_id") shouldBe
                "service"
        }

        "a person signs in for a resource, which both requests name" {
            val client = issuer.connect("basic")
            val request = client.signInRequest { scope("orders:read").resource(issuer.resource) }
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val tokens = client.authorizationCodeGrant(callback, request.pending) { resource(issuer.resource) }
            tokens.scope shouldBe "orders:read"
            HandMadeRequests(issuer.url).get(issuer.resource, tokens.accessToken).string("sub") shouldBe "alice"
        }

        "a resource that was not granted is refused" {
            val client = issuer.connect("basic")
            val request = client.signInRequest { resource(issuer.resource) }
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            shouldThrow<ResponseBodyException> {
                client.authorizationCodeGrant(callback, request.pending) { resource("https://other.example.com") }
            }.error shouldBe "invalid_target"
        }
    })
