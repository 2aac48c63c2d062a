package dev.openidclient.integration

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpBody
import dev.openidclient.resource.resource
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

/** An API behind access tokens, and its challenges. */
class ProtectedResourceIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a service reads orders" {
                val client = server.connect(server.serviceClient)
                val tokens = client.clientCredentialsGrant { server.askForOrders(this) }
                val answer = client.resource(server.orders, tokens) { header("accept", "application/json") }
                answer.status shouldBe 200
                answer.bodyText() shouldContain server.serviceClient.id
            }

            "$server: a token alone is enough" {
                val client = server.connect(server.serviceClient)
                val token = client.clientCredentialsGrant { server.askForOrders(this) }.accessToken
                client.resource(server.orders, token).status shouldBe 200
            }

            "$server: a token that the API does not know is refused with a challenge" {
                val client = server.connect(server.serviceClient)
                val refused =
                    shouldThrow<WwwAuthenticateChallengeException> { client.resource(server.orders, "no-such-token") }
                refused.code shouldBe ErrorCode.WWW_AUTHENTICATE_CHALLENGE
                refused.status shouldBe 401
                val challenge = refused.challenges.single { it.error != null } // another one may offer DPoP
                challenge.scheme shouldBe "bearer"
                challenge.error shouldBe "invalid_token"
                refused.message!! shouldNotContain "no-such-token"
            }
        }

        "a token for another API is refused" {
            val server = SignInServer.spring
            val client = server.connect()
            val tokens = client.signIn(server.browser())
            shouldThrow<WwwAuthenticateChallengeException> { client.resource(server.orders, tokens) }
                .challenges
                .mapNotNull { it.error } shouldBe listOf("invalid_token")
        }
    })

@EnabledIf(OidcProviderAvailable::class)
class ResourceAnswersIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "an error without a challenge is an answer" {
            val client = issuer.connect("service")
            val tokens = client.clientCredentialsGrant()
            client.resource("${issuer.url}/no/such/page", tokens).status shouldBe 404
        }

        "a token without the scope is refused with 403 and a challenge" {
            val client = issuer.connect("service")
            val tokens = client.clientCredentialsGrant { scope("orders:read").resource(issuer.resource) }
            val refused =
                shouldThrow<WwwAuthenticateChallengeException> {
                    client.resource(issuer.resource, tokens) { method = "DELETE" }
                }
            refused.status shouldBe 403
            refused.challenges.single().error shouldBe "insufficient_scope"
            refused.challenges.single().scope shouldBe "orders:write"
        }

        "a request with a method, a header and a body" {
            val client = issuer.connect("service")
            val tokens = client.clientCredentialsGrant { scope("orders:read").resource(issuer.jwtResource) }
            val answer =
                client.resource(issuer.jwtResource, tokens) {
                    method = "POST"
                    header("x-request-id", "1")
                    body = HttpBody.json("{\"item\":\"A-1001\"}")
                }
            answer.bodyText() shouldContain "\"method\":\"POST\""
        }
    })
