package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.samples.recipes.callWithFreshToken
import dev.openidclient.samples.recipes.endableSessions
import dev.openidclient.samples.recipes.entraStockTokens
import dev.openidclient.samples.recipes.forgetTokens
import dev.openidclient.samples.recipes.frameLogout
import dev.openidclient.samples.recipes.keepTokens
import dev.openidclient.samples.recipes.ordersTokens
import dev.openidclient.samples.recipes.serverLogout
import dev.openidclient.samples.recipes.serviceTokens
import dev.openidclient.samples.recipes.sessionTokens
import dev.openidclient.samples.recipes.stockTokens
import dev.openidclient.samples.recipes.tokensOnBehalf
import dev.openidclient.samples.recipes.usableTokens
import dev.openidclient.samples.recipes.workloadTokens
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokenstore.InMemoryReplayCache
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.nio.file.Files
import java.time.Instant

/** The recipes of token sources, with the authorization server that tests have in their own process. */
class RecipesTokensIntegrationSpec :
    StringSpec({
        val api = "https://api.example.com/orders"
        val json = """{"access_token": "a", "token_type": "Bearer", "expires_in": 300}"""
        val answer = HttpResponse(200, HttpHeaders.of("content-type" to "application/json"), json.encodeToByteArray())
        lateinit var server: TestAuthorizationServer
        lateinit var client: OpenIdClient

        beforeTest {
            server = TestAuthorizationServer { rotateRefreshTokens() }
            client =
                OpenIdClient(server.metadata, "app") {
                    authentication = ClientSecretBasic("a-secret")
                    transport =
                        HttpTransport {
                            if (it.url ==
                                api
                            ) {
                                HttpResponse(200, body = "orders".encodeToByteArray())
                            } else {
                                server.send(it)
                            }
                        }
                }
        }
        afterTest { client.close() }

        "ServiceTokens" {
            serviceTokens(client).use { service ->
                repeat(2) { callWithFreshToken(client, ordersTokens(service), api) shouldBe "orders" }
            }
            server.tokenEndpoint.requestCount shouldBe 1
        }

        "SessionTokens" {
            sessionTokens(client).use { users ->
                usableTokens(users, "a-session").shouldBeNull()
                keepTokens(users, "a-session", server.tokens())
                usableTokens(users, "a-session").shouldNotBeNull()
                forgetTokens(users, "a-session")
                usableTokens(users, "a-session").shouldBeNull()
            }
            server.revocationEndpoint.requestCount shouldBe 1
        }

        "BackChannelLogout" {
            val tokens = server.tokens("alice")
            val replays = InMemoryReplayCache()
            val form = "logout_token=${server.logoutToken("app", "alice", tokens.claims?.sessionId)}"
            endableSessions(client).use { users ->
                users.put("a-session", tokens)
                serverLogout(client, users, replays, "application/x-www-form-urlencoded", form).status shouldBe 200
                users.load("a-session").shouldBeNull()
                serverLogout(client, users, replays, "application/x-www-form-urlencoded", form).status shouldBe 400
            }
            frameLogout(client, "", checkNotNull(tokens.claims))
        }

        "OnBehalfOf" {
            val received = server.tokens("alice") { scope("openid", "stock:read") }.accessToken
            val until = Instant.now().plusSeconds(60)
            stockTokens(client).use { stock ->
                val tokens = tokensOnBehalf(stock, received, until)
                tokensOnBehalf(stock, received, until) shouldBeSameInstanceAs tokens
            }
            server.requests.single().parameter("audience") shouldBe "stock"
            server.tokenEndpoint.answerNext(answer)
            entraStockTokens(client).use { tokensOnBehalf(it, received, until).accessToken shouldBe "a" }
            server.requests.last().parameter("requested_token_use") shouldBe "on_behalf_of"
        }

        "WorkloadIdentity" {
            val file = Files.createTempFile("token", null)
            Files.writeString(file, "the.platform.jwt\n")
            server.tokenEndpoint.answerNext(answer)
            workloadTokens(client, file).use { it.token().accessToken shouldBe "a" }
            server.requests.single().parameter("assertion") shouldBe "the.platform.jwt"
            Files.delete(file)
        }
    })
