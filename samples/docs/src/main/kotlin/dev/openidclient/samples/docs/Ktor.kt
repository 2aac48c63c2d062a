package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.KtorTransport
import dev.openidclient.ktor.OAuth
import dev.openidclient.ktor.repeatable
import dev.openidclient.ktor.tokens
import dev.openidclient.ktor.withoutTokens
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.UserTokens
import io.ktor.client.HttpClient
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.get
import io.ktor.client.request.put
import io.ktor.client.request.setBody
import io.ktor.http.content.OutgoingContent
import io.ktor.util.cio.readChannel
import java.io.File

/** A client that sends through the application's own. */
suspend fun onKtor() {
    // region transport
    val http = HttpClient { install(HttpTimeout) { connectTimeoutMillis = 5_000 } }
    val client = OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") { transport = KtorTransport(http) }

    client.close() // leaves the HttpClient open
    http.close()
    // endregion
}

/** Calls of one's own, with tokens; [base] lends its engine to both. */
suspend fun withTokens(
    base: HttpClient,
    secret: String,
): HttpClient {
    // region plugin
    val oauth =
        OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
            clientSecret(secret)
            transport = KtorTransport(base)
        }
    val service = ClientCredentialsTokens(oauth) // close it at the end
    val orders = service.source { scope("orders:read") }

    val api =
        base.config {
            // the same engine and connections
            install(OAuth) {
                client = oauth
                tokens = orders
                allow("https://api.example.com")
            }
        }
    api.get("https://api.example.com/orders")
    // endregion
    return api
}

/** What a request can say. */
suspend fun requests(
    api: HttpClient,
    users: UserTokens,
    sessionId: String,
    file: File,
) {
    // region requests
    api.get("https://api.example.com/me") { tokens(users.source(sessionId)) } // those of the person who is signed in
    api.get("https://api.example.com/health") { withoutTokens() }
    api.put("https://api.example.com/picture") {
        setBody(FileBody(file)) // a ReadChannelContent that opens the file each time
        repeatable() // so it may be sent again
    }
    // endregion
}

class FileBody(
    private val file: File,
) : OutgoingContent.ReadChannelContent() {
    override fun readFrom() = file.readChannel()
}
