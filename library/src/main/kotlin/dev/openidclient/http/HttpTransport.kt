package dev.openidclient.http

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException

/**
 * Sends one HTTP request and receives the whole answer: the only way of this library to the network.
 *
 * An implementation
 * - sends method, URL and each header as they are, once, and adds `content-type` from [HttpBody.contentType] as it is
 *   written, and the body's length;
 * - sends the request once: no retry, also not for a connection that breaks or an answer that asks for it (401, 408,
 *   503 with `Retry-After`), for an authorization code or a refresh token may be used only once, and so may a proof;
 * - follows no redirect, keeps no cookie, caches nothing;
 * - sends nothing to a server whose certificate it does not trust for the host of the URL;
 * - returns answers of every status, with all their headers and the whole body: as it came, or unpacked and then
 *   without its `content-encoding`;
 * - stops at [HttpRequest.maximumResponseSize] bytes of the body, counted as they are returned, with
 *   [InvalidResponseException], and closes the connection; it does not trust `content-length`;
 * - throws [TransportException] where there is no answer or only a part of one (an `IOException` that escapes is turned
 *   into one), and nothing else, whatever the server does;
 * - hangs up and ends at once when its coroutine is cancelled, and that stays cancellation: this is how the client's
 *   timeout ends it, so it needs no timeout of its own;
 * - may be called from many coroutines at once, and blocks none of their threads;
 * - writes no header value, body or query to a log or into a message.
 *
 * Wrap another transport to log, to add headers, or to change a request: `HttpTransport {
 * inner.send(it.withHeader("x-tenant", "a")) }`.
 *
 * The page `docs/engines.md` shows one transport for many clients; `docs/testing.md` one that answers in tests.
 */
public fun interface HttpTransport {
    public suspend fun send(request: HttpRequest): HttpResponse
}
