package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.nio.file.Files
import java.nio.file.Path
import java.time.Clock
import java.time.Duration

class ClientCredentialsKotlin {
    suspend fun orders(secret: String): String {
        // region service
        // once, when the program starts
        val client =
            OpenIdClient.discover("https://as.example.com", clientId = "s6BhdRkqt3") {
                authentication = ClientSecretBasic(secret)
            }

        // for each call, or kept: see below
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

/** The tokens of a service, kept until shortly before they end; one request for all that wait. */
class ServiceTokens(
    private val client: OpenIdClient,
    private val clock: Clock = Clock.systemUTC(),
) {
    private val asking = Mutex()

    @Volatile private var kept: TokenResponse? = null

    suspend fun get(): TokenResponse =
        fresh() ?: asking.withLock {
            fresh() ?: client.clientCredentialsGrant { scope("orders:read") }.also { kept = it }
        }

    /** After an API answered 401 to [refused]: the next call gets other ones. */
    suspend fun forget(refused: TokenResponse): Unit = asking.withLock { if (kept === refused) kept = null }

    // expiresIn is null where the server does not say: then nothing is kept
    private fun fresh() = kept?.takeIf { it.expiresIn != null && !it.isExpiring(Duration.ofSeconds(30), clock) }
}
// endregion
