package dev.openidclient.integration

import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.grant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

class ClientCredentialsIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a service gets a token for itself" {
                val secret = server.serviceClient.secret
                val client = server.connect(server.serviceClient) { authentication = ClientSecretBasic(secret) }
                val tokens = client.clientCredentialsGrant()
                tokens.tokenType shouldBe "bearer"
                tokens.expiresAt.shouldNotBeNull()
                tokens.claims shouldBe null
                tokens.refreshToken shouldBe null
            }

            "$server: the same by the name of the grant" {
                val tokens = server.connect(server.serviceClient).grant("client_credentials")
                tokens.accessToken.isEmpty() shouldBe false
            }

            "$server: a grant that the client may not use is refused" {
                val client = server.connect()
                shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() }.status shouldBe 400
            }
        }

        "a scope that the service may not have is refused" {
            val client = SignInServer.spring.connect(SignInServer.spring.serviceClient)
            shouldThrow<ResponseBodyException> { client.clientCredentialsGrant { scope("everything") } }.error shouldBe
                "invalid_scope"
        }
    })
