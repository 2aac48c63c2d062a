package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.OpenIdClient
import dev.openidclient.okhttp.OkHttpTransport
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
