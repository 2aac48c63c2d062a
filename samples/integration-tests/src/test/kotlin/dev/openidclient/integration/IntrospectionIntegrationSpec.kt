package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
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

        suspend fun OpenIdClient.token(): String =
            clientCredentialsGrant { resource(issuer.resource).scope("orders:read") }.accessToken

        for (algorithm in ClientKeys.everyFamily()) {
            "the answer is a JWT that is signed with $algorithm" {
                val client = issuer.connect("introspection-${algorithm.lowercase()}") { nonRepudiationChecks() }
                val answer = client.introspect(client.token())
                answer.isActive shouldBe true
                answer.scope shouldBe "orders:read"
            }
        }

        "the answer is signed and encrypted" {
            val client =
                issuer.connect("introspection-encrypted") {
                    nonRepudiationChecks()
                    decryption(ClientKeys.decryption("p256-enc"))
                }
            val answer = client.introspect(client.token())
            answer.isActive shouldBe true
            answer.scope shouldBe "orders:read"
        }

        "an answer that is encrypted for another key is refused" {
            val client =
                issuer.connect("introspection-encrypted") { decryption(ClientKeys.decryption("x25519-enc")) }
            val token = client.token()
            shouldThrow<DecryptionException> { client.introspect(token) }
        }

        "an encrypted answer without any key is refused" {
            val client = issuer.connect("introspection-encrypted")
            val token = client.token()
            shouldThrow<OAuthException> { client.introspect(token) }
        }

        "an answer that is signed with another algorithm is refused" {
            val client =
                issuer.connect("introspection-es256") { metadata { introspectionSignedResponseAlg("PS256") } }
            val token = client.token()
            shouldThrow<ValidationException> { client.introspect(token) }.code shouldBe ErrorCode.INVALID_RESPONSE
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
