package dev.openidclient.testing

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import java.util.concurrent.CopyOnWriteArrayList

/** A transport as a caller may write it; it remembers its requests. Under virtual time, unlike [StubServer], it may suspend. */
class RecordingTransport(
    private val answer: suspend (HttpRequest) -> HttpResponse,
) : HttpTransport {
    val requests: MutableList<HttpRequest> = CopyOnWriteArrayList()

    override suspend fun send(request: HttpRequest): HttpResponse {
        requests += request
        return answer(request)
    }
}

fun response(
    body: String,
    status: Int = 200,
    contentType: String = "application/json",
): HttpResponse = HttpResponse(status, HttpHeaders.of("content-type" to contentType), body.encodeToByteArray())
