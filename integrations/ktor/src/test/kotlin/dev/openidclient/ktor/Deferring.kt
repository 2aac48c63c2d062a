package dev.openidclient.ktor

import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockRequestHandleScope
import io.ktor.client.engine.mock.respond
import io.ktor.client.engine.mock.toByteArray
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.client.request.get
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf

/** A source that is there only when it is asked. */
internal class Deferring(
    private val source: suspend () -> TokenSource,
) : TokenSource {
    override suspend fun token(): TokenResponse = source().token()

    override fun invalidate(tokens: TokenResponse) = Unit

    override fun state(): TokenState = TokenState.Unused
}

internal suspend fun HttpClient.authorized(url: String) = get(url)

/** What came to the engine, for the authorization server. */
internal suspend fun libraryRequest(request: HttpRequestData): HttpRequest {
    val fields = request.headers.entries().associate { it.key to it.value }
    val type = request.body.headers["Content-Type"] ?: "application/x-www-form-urlencoded"
    val body = HttpBody.bytes(type, request.body.toByteArray())
    return HttpRequest(request.method.value, request.url.toString(), HttpHeaders.of(fields), body)
}

internal fun MockRequestHandleScope.respondJson(answer: HttpResponse): HttpResponseData =
    respond(
        answer.bodyText(),
        HttpStatusCode.fromValue(answer.status),
        headersOf("Content-Type", "application/json"),
    )
