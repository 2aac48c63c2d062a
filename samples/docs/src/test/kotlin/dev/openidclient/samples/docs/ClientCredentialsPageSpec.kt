package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val PAGE = "client-credentials.md"

class ClientCredentialsPageSpec :
    FunSpec({
        fun tokens(lifetime: String) = """{"access_token": "a", "token_type": "Bearer"$lifetime}"""

        test("a token is asked for once, and serves each call") {
            val server = FakeServer()
            server.answer(200, tokens(""", "expires_in": 300"""))
            repeat(2) { server.answer(200, "{}") }
            OrdersApi(server.client()).use { api -> repeat(2) { api.orders().status shouldBe 200 } }

            server.requests.map { it.url.substringAfterLast('/') } shouldBe listOf("token", "orders", "orders")
        }

        test("the Java one does the same, and keeps a token without a lifetime") {
            val server = FakeServer()
            server.answer(200, tokens(""))
            repeat(2) { server.answer(200, "{}") }
            ClientCredentials.OrdersApi(AsyncOpenIdClient.of(server.client())).use { api ->
                repeat(2) { api.orders().join().status shouldBe 200 }
            }

            server.requests.map { it.url.substringAfterLast('/') } shouldBe listOf("token", "orders", "orders")
        }

        test("scope, resource and audience are sent") {
            val server = FakeServer()
            server.answer(200, tokens(""))
            ClientCredentialsKotlin().forApi(server.client())

            val form = server.requests.single().body?.parameters
            form?.get("scope") shouldBe "orders:read"
            form?.get("resource") shouldBe "https://api.example.com"
            form?.get("audience") shouldBe "https://api.example.com"
        }

        test("the messages of the page are real") {
            val server = FakeServer()
            val metadata =
                """{"issuer": "https://as.example.com", "token_endpoint": "https://as.example.com/token",
                    "token_endpoint_auth_methods_supported": ["private_key_jwt"]}"""
            val client =
                OpenIdClient(AuthorizationServerMetadata.parse(metadata), "s6BhdRkqt3") {
                    authentication = ClientSecretBasic("secret")
                    transport = server
                }
            server.answer(401, """{"error": "invalid_client"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
            server.answer(400, """{"error": "unauthorized_client"}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
            val description = """"error_description": "orders:write is not for you""""
            server.answer(400, """{"error": "invalid_scope", $description}""")
            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
            server.answer(200, """{"access_token": "a", "token_type": "mac"}""")
            pageShows(PAGE, shouldThrow<UnsupportedFeatureException> { client.clientCredentialsGrant() })
            server.answer(200, """{"access_token": "a"}""")
            pageShows(PAGE, shouldThrow<InvalidResponseException> { client.clientCredentialsGrant() })
        }
    })
