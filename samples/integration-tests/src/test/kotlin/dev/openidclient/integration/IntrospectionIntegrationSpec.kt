package dev.openidclient.integration

import dev.openidclient.error.OAuthException
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** RFC 7662. */
class IntrospectionIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: an access token is active" {
                val client = server.connect()
                val token = client.signIn(server.browser()).accessToken
                val answer = client.introspect(token) { tokenTypeHint("access_token") }
                answer.isActive shouldBe true
                answer.subject shouldBe "alice"
                answer.clientId shouldBe client.clientId
                answer.expiresAt.shouldNotBeNull()
            }

            "$server: a refresh token is active" {
                val client = server.connect()
                val tokens = client.signIn(server.browser()) { server.askForRefreshToken(this) }
                client.introspect(tokens.refreshToken.shouldNotBeNull()).isActive shouldBe true
            }

            "$server: an unknown token is not active, which is no error" {
                server.connect().introspect("no-such-token").isActive shouldBe false
            }
        }
    })

/** RFC 9701. */
@EnabledIf(OidcProviderAvailable::class)
class SignedIntrospectionIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "the answer is a signed JWT" {
            val client = issuer.connect("introspection-signed") { nonRepudiationChecks() }
            val token = client.clientCredentialsGrant { resource(issuer.resource).scope("orders:read") }.accessToken
            val answer = client.introspect(token)
            answer.isActive shouldBe true
            answer.scope shouldBe "orders:read"
        }

        "an unknown token is not active in a signed JWT too" {
            val client = issuer.connect("introspection-signed") { nonRepudiationChecks() }
            client.introspect("no-such-token").isActive shouldBe false
        }

        "an answer that must be signed is not taken as JSON" {
            val client = issuer.connect("service") { metadata { introspectionSignedResponseAlg("ES256") } }
            shouldThrow<OAuthException> { client.introspect("no-such-token") }
        }
    })
