package dev.openidclient.client

import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestServerSettings
import dev.openidclient.tokensource.TokenWorld
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime

/** A server and clients that discover it, in the virtual time of [test]. */
class LazyWorld(
    private val test: TestScope,
    configure: TestServerSettings.() -> Unit = {},
) : HttpTransport {
    val tokens = TokenWorld(test, configure)

    val server: TestAuthorizationServer get() = tokens.server

    /** When the server was asked for its metadata, in seconds of virtual time. */
    val askedAt = mutableListOf<Double>()

    /** Every URL that was asked. */
    val urls = mutableListOf<String>()

    /** Where an endpoint is now, in place of where the server has it; the old place answers with [goneStatus]. */
    var moved: Pair<String, String>? = null
    var goneStatus = 404

    val discoveries: Int get() = askedAt.size

    fun lazily(
        issuer: String = server.issuer,
        configure: ClientSettings.() -> Unit = {},
    ): DiscoveredClient =
        OpenIdClient.lazily(issuer, "app") {
            clientSecret("secret-of-the-app")
            transport = this@LazyWorld
            clock = tokens.clock
            listener(tokens.listener)
            coroutineContext = test.backgroundScope.coroutineContext
            random = { tokens.random }
            configure()
        }

    fun count(kind: Class<out TokenEvent>): Int = tokens.count(kind)

    override suspend fun send(request: HttpRequest): HttpResponse {
        urls += request.url
        if ("/.well-known/" in request.url) askedAt += test.currentTime / MILLIS
        val (old, new) = moved ?: return server.send(request)
        return when (request.url) {
            old -> HttpResponse(goneStatus, HttpHeaders.of("content-type" to "text/plain"), "gone".encodeToByteArray())
            new -> server.send(HttpRequest(request.method, old, request.headers, request.body))
            else ->
                server.send(request).let {
                    HttpResponse(it.status, it.headers, text(it).replace("\"$old\"", "\"$new\"").encodeToByteArray())
                }
        }
    }

    private fun text(response: HttpResponse) = response.body.decodeToString()

    private companion object {
        const val MILLIS = 1_000.0
    }
}
