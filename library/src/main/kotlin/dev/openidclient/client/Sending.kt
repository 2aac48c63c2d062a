package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.USER_AGENT
import dev.openidclient.http.bodyTooLarge
import dev.openidclient.http.mappingIoFailures
import dev.openidclient.http.shown
import dev.openidclient.http.uncompressed
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import org.slf4j.LoggerFactory
import java.time.Duration

private val logger = LoggerFactory.getLogger(OpenIdClient::class.java)

/**
 * Sends [request], and lets [read] judge the answer: the one way of all operations to their server. Whoever listens
 * hears of both as one operation of [purpose], the [attempt]th. [issuer] is that of the authorization server; null: not
 * known yet.
 */
internal suspend inline fun <T> Connection.send(
    request: HttpRequest,
    purpose: Purpose,
    issuer: String?,
    attempt: Int = 1,
    read: (Answer) -> T,
): T {
    requirePermitted(request, purpose)
    val watch = Watch.of(this, request, purpose, issuer, attempt)
    try {
        val response = if (watch == null) deliver(request) else watch.sending { deliver(request) }
        return read(Answer(request, response)).also { watch?.succeeded() }
    } catch (e: OAuthException) {
        watch?.failed(e)
        throw e
    } finally {
        watch?.end(currentCoroutineContext())
    }
}

/** Throws [MetadataException] where the settings do not permit the URL of [request], which a server named. */
internal fun Connection.requirePermitted(
    request: HttpRequest,
    purpose: Purpose,
) {
    val permitUrl = traits.permitUrl ?: return
    if (!purpose.isUrlFromNetwork || permitUrl.test(request.url.substringBefore('#'))) return
    throw MetadataException(
        ErrorCode.HTTP_REQUEST_FORBIDDEN,
        "${request.shown}: permitUrl in the settings does not permit this URL, which ${purpose.source} named",
    ).retold(reached = Reached.NO, request = request.shown)
}

/** Sends [request] within the timeout and size of this connection; the only caller of the transport. */
internal suspend fun Connection.deliver(request: HttpRequest): HttpResponse {
    val maximumResponseSize = limits.maximumResponseSize
    val bounded = bounded(request, maximumResponseSize)
    val response = within(limits.timeout, { transport.shown(bounded) }, { bounded.shown }) { attempt(bounded) }
    // a transport of the caller's own may not know the bound
    if (response.bodySize > maximumResponseSize) {
        throw Answer(bounded, response).failure(bodyTooLarge(response.status, maximumResponseSize), "")
    }
    if (logger.isDebugEnabled) logger.debug("{} answered {}", bounded.shown, response.status)
    // who asks for an encoding gets it
    if ("accept-encoding" in bounded.headers) return response
    return Answer(bounded, response).read { uncompressed(maximumResponseSize) }
}

private suspend fun Connection.attempt(request: HttpRequest): HttpResponse =
    try {
        mappingIoFailures(request) { transport.send(request) }
    } catch (e: OAuthException) {
        // some engines make an IOException of their cancellation
        if (e is TransportException) currentCoroutineContext().ensureActive()
        if (e.request != null) throw e
        // a transport says what happened, but not to which request
        val message = if (request.shown in e.text) e.text else "${request.shown}: ${e.text}"
        throw e.retold(message, e.reached ?: Reached.ANSWERED, request.shown)
    }

/** [request] as it goes out: most are so already. */
private fun bounded(
    request: HttpRequest,
    maximumResponseSize: Int,
): HttpRequest {
    val isNamed = "user-agent" in request.headers
    // a fragment never goes to the server
    if (isNamed && request.maximumResponseSize == maximumResponseSize && '#' !in request.url) return request
    val headers = if (isNamed) request.headers else request.headers.with("user-agent", USER_AGENT)
    return HttpRequest(request.method, request.url.substringBefore('#'), headers, request.body, maximumResponseSize)
}

/**
 * Runs [block], but no longer than [timeout] (zero: without limit); then throws [TransportException]. Cancellation
 * stays cancellation. [what] is said to have taken so long, [request] was sent.
 */
internal suspend fun <T : Any> within(
    timeout: Duration,
    what: () -> String,
    request: () -> String = what,
    block: suspend () -> T,
): T {
    if (timeout.isZero) return block()
    orNullAfter(timeout, block)?.let { return it }
    // the caller's own timeout may be up at the same moment
    currentCoroutineContext().ensureActive()
    val message = "${what()} was not answered within ${inSeconds(timeout)} (timeout in the settings)"
    throw TransportException(ErrorCode.TIMEOUT, message).retold(request = request())
}

internal fun inSeconds(time: Duration): String = if (time.nano == 0) "${time.seconds} s" else "${time.toMillis()} ms"
