package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.OpenIdClient
import dev.openidclient.okhttp.OkHttpTransport
import dev.openidclient.okhttp.authorize
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.tokensource.TokenSource
import okhttp3.OkHttpClient

suspend fun client(okHttpClient: OkHttpClient): OpenIdClient {
    // region client
    val client =
        OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
            transport = OkHttpTransport(okHttpClient)
        }
    // endregion
    return client
}

fun api(
    oauth: OpenIdClient,
    orders: TokenSource,
): OkHttpClient {
    // region authorize
    val access = ResourceAccess(oauth, orders) { allow("https://api.example.com") }
    val api = OkHttpClient.Builder().authorize(access).build()
    // endregion
    return api
}
