package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncResourceServer
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokenstore.InMemoryReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith

private const val API = "https://api.example.com"

class ReceivingTokensPageSpec :
    FunSpec({
        val server = TestAuthorizationServer { jwtAccessTokens() }
        val client =
            OpenIdClient(server.metadata, "app") {
                authentication = ClientSecretBasic("a-secret")
                transport = server
            }

        fun api() =
            ResourceServer(API) {
                issuer(server.issuer)
                connection { transport = server }
            }

        fun javaApi() =
            AsyncResourceServer.create(API) { settings ->
                settings.issuer(server.issuer).connection { connection -> connection.transport(server) }
            }

        fun answer(body: String = "") = ReceivingTokens.ApiAnswer(200, emptyMap(), body)

        fun request(vararg headers: Pair<String, String>) =
            ResourceRequest("GET", "$API/orders", HttpHeaders.of(*headers))

        suspend fun withToken(): ResourceRequest {
            val tokens =
                client.clientCredentialsGrant {
                    resource(API)
                    scope("orders:write")
                }
            return request("authorization" to "Bearer ${tokens.accessToken}")
        }

        test("a request with a token reaches the handler, one without is answered, an outage is 503") {
            val page = ReceivingTokensKotlin(api())
            page.guarded(withToken()) { ApiAnswer(200, body = "orders of ${it.clientId}") }.body shouldBe
                "orders of app"
            val refused = page.guarded(request()) { ApiAnswer(200) }
            refused.status shouldBe 401
            refused.headers.getValue("www-authenticate").single() shouldStartWith "Bearer resource_metadata="

            val request = withToken()
            server.isDown = true
            ReceivingTokensKotlin(api()).guarded(request) { ApiAnswer(200) }.status shouldBe 503
            server.isDown = false
        }

        test("so in Java") {
            javaApi().use { api ->
                val page = ReceivingTokens(api)
                page.guarded(withToken()) { answer(it.clientId.orEmpty()) }.join().body() shouldBe "app"
                page.guarded(request()) { answer() }.join().status() shouldBe 401
            }
            val request = withToken()
            server.isDown = true
            javaApi().use { ReceivingTokens(it).guarded(request) { answer() }.join().status() shouldBe 503 }
            server.isDown = false
        }

        test("what an operation needs beyond the token is demanded of it") {
            api().use { api ->
                val page = ReceivingTokensKotlin(api)
                val access = api.authorize(withToken())
                shouldThrow<RequestRefusedException> { page.cancelOrder(access) }.error shouldBe
                    "insufficient_user_authentication"
                javaApi().use { java ->
                    shouldThrow<RequestRefusedException> { ReceivingTokens(java).cancelOrder(access) }.status shouldBe
                        401
                }
            }
        }

        test("the settings of the page hold") {
            ordersApi().close()
            otherServers("a-secret").close()
            boundTokens(InMemoryReplayCache(), ByteArray(32)).close()
            ReceivingTokens.ordersApi().close()
            ReceivingTokens.otherServers("a-secret").close()
            ReceivingTokens.boundTokens(InMemoryReplayCache(), ByteArray(32)).close()
        }
    })
