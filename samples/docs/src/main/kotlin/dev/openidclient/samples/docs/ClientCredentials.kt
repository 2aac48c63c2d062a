package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import java.nio.file.Files
import java.nio.file.Path

class ClientCredentialsKotlin {
    suspend fun orders(secret: String): String {
        // region service
        // once, when the program starts
        val client =
            OpenIdClient.discover("https://as.example.com", clientId = "s6BhdRkqt3") {
                authentication = ClientSecretBasic(secret)
            }

        // once; to keep and renew it, see below
        val tokens = client.clientCredentialsGrant { scope("orders:read") }
        val orders = client.resource("https://api.example.com/orders", tokens)
        // endregion
        return orders.bodyText()
    }

    suspend fun withKey(issuer: String): OpenIdClient {
        // region key
        val key = SigningKey.fromPem(Files.readString(Path.of("/run/secrets/client.pem")), JwsAlgorithm.ES256)
        val client = OpenIdClient.discover(issuer, "s6BhdRkqt3") { authentication = PrivateKeyJwt(key) }
        // endregion
        return client
    }

    suspend fun forApi(client: OpenIdClient): TokenResponse {
        // region api
        val tokens =
            client.clientCredentialsGrant {
                scope("orders:read")
                resource("https://api.example.com") // RFC 8707
                parameter("audience", "https://api.example.com") // a server's own name for the same, as Auth0's
            }
        // endregion
        return tokens
    }
}

// region keep

/** What calls the API of the orders in the service's own name. */
class OrdersApi(
    private val client: OpenIdClient,
) : AutoCloseable {
    private val service = ClientCredentialsTokens(client)
    private val tokens = service.source { scope("orders:read") }

    suspend fun orders(): HttpResponse = client.resource("https://api.example.com/orders", tokens.token())

    override fun close(): Unit = service.close()
}
// endregion
