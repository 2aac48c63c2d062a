package dev.openidclient.integration

import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.samples.recipes.apiDocument
import dev.openidclient.samples.recipes.ordersApi
import dev.openidclient.samples.recipes.readOrders
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokenstore.InMemoryReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** The recipe of the receiving side, with the authorization server that tests have in their own process. */
class RecipesReceivingIntegrationSpec :
    StringSpec({
        val server = TestAuthorizationServer { jwtAccessTokens() }
        val client =
            OpenIdClient(server.metadata, "app") {
                authentication = ClientSecretBasic("a-secret")
                transport = server
            }
        afterSpec { client.close() }

        suspend fun request(vararg scopes: String): ResourceRequest {
            val tokens =
                client.clientCredentialsGrant {
                    resource("https://api.example.com")
                    scope(*scopes)
                }
            val headers = HttpHeaders.of("authorization" to "Bearer ${tokens.accessToken}")
            return ResourceRequest("GET", "https://api.example.com/orders", headers)
        }

        "ReceivedTokens" {
            Connection.open { transport = server }.use { connection ->
                ordersApi(server.issuer, connection, InMemoryReplayCache()).use { api ->
                    readOrders(api, request("orders:read")).clientId shouldBe "app"
                    shouldThrow<RequestRefusedException> { readOrders(api, request("stock:read")) }.status shouldBe 403
                    apiDocument(api) shouldContain """"resource":"https://api.example.com""""
                }
            }
        }
    })
