package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.OpenIdClient
import dev.openidclient.ktor.OAuth
import dev.openidclient.tokensource.TokenSource
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.statement.HttpResponse

suspend fun plugin(
    oauth: OpenIdClient,
    orders: TokenSource,
): HttpResponse {
    // region plugin
    val api =
        HttpClient {
            install(OAuth) {
                client = oauth // whose tokens these are
                tokens = orders // where they come from: a TokenSource
                allow("https://api.example.com") // exactly this origin; may be called again
            }
        }
    val answer = api.get("https://api.example.com/orders")
    // endregion
    return answer
}
