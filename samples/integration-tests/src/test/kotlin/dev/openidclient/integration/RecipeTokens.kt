@file:JvmName("RecipeTokens")

package dev.openidclient.integration

import dev.openidclient.client.ClientSettings
import dev.openidclient.http.HttpTransport
import java.util.concurrent.atomic.AtomicBoolean

/** The first request to [url] goes there with a token that the API does not know, as one that it has forgotten. */
fun ClientSettings.loseFirstToken(url: String) {
    val inner = checkNotNull(transport)
    val lost = AtomicBoolean()
    transport =
        HttpTransport { request ->
            val first = request.url == url && lost.compareAndSet(false, true)
            inner.send(if (first) request.withHeader("authorization", "Bearer forgotten") else request)
        }
}
