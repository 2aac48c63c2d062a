package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ValidationException
import dev.openidclient.metadata.DiscoveryAlgorithm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith

class DiscoveryIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: OpenID Connect discovery finds what the server says of itself" {
                val metadata = server.connect().server
                metadata.issuer shouldBe server.issuer
                metadata.tokenEndpoint.shouldNotBeNull() shouldStartWith server.issuer
                metadata.supportsPkce() shouldBe true
            }

            "$server: OAuth 2 discovery finds the same server" {
                val client = server.connect { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }
                client.server.issuer shouldBe server.issuer
                client.signIn(server.browser()).person shouldBe "alice"
            }

            "$server: the document itself may be named, and is signed in with" {
                val document = "${server.issuer}/.well-known/openid-configuration"
                val client = connect(document, server.publicClient)
                client.server.issuer shouldBe server.issuer
                client.signIn(server.browser()).person shouldBe "alice"
            }

            "$server: an issuer that gives itself another name is refused" {
                val other = server.issuer.replace("127.0.0.1", "localhost")
                shouldThrow<ValidationException> { connect(other, server.publicClient) }.code shouldBe
                    ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
            }

            "$server: a client of known metadata needs no discovery" {
                val known = server.connect().server
                val client =
                    OpenIdClient(known, server.publicClient.id) { registeredAs(server.publicClient, known.issuer) }
                client.signIn(server.browser()).person shouldBe "alice"
            }

            "$server: plain http is refused before anything is sent" {
                shouldThrow<MetadataException> { OpenIdClient.discover(server.issuer, "any") }.code shouldBe
                    ErrorCode.HTTP_REQUEST_FORBIDDEN
            }
        }
    })
