package dev.openidclient.samples.kotlinweb

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.KtorTransport
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration.Companion.seconds

/** The protected API that the access token is for. */
class Orders(
    val url: String,
) : AutoCloseable {
    private val transport = KtorTransport(HttpEngine.AUTOMATIC)

    /** Follows no redirect: the access token goes to the API and nowhere else. */
    suspend fun read(tokens: TokenResponse): HttpResponse =
        withTimeoutOrNull(10.seconds) {
            transport.send(
                HttpRequest("GET", url, HttpHeaders.of("authorization" to "Bearer ${tokens.accessToken}")),
            )
        } ?: throw TransportException(ErrorCode.TIMEOUT, "$url did not answer within 10 seconds")

    override fun close(): Unit = transport.close()
}
