package dev.openidclient.http

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException

/**
 * Sends one HTTP request and receives the whole answer: the only way of this library to the network.
 *
 * An implementation
 * - sends the request once: no retry, for an authorization code or a refresh token may be used only once;
 * - follows no redirect, keeps no cookie, caches nothing;
 * - returns answers of every status, with the whole body;
 * - stops at [HttpRequest.maximumResponseSize] bytes of the body with [InvalidResponseException];
 * - throws [TransportException] where there is no answer (an `IOException` that escapes is turned into one);
 * - stops when its coroutine is cancelled: that is how the client's timeout ends it;
 * - may be called from many coroutines at once.
 *
 * Wrap another transport to log, to add headers, or to change a request: `HttpTransport {
 * inner.send(it.withHeader("x-tenant", "a")) }`.
 */
public fun interface HttpTransport {
    public suspend fun send(request: HttpRequest): HttpResponse
}
