package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MASK
import dev.openidclient.error.TransportException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.USER_AGENT
import dev.openidclient.http.bodyTooLarge
import dev.openidclient.http.mappingIoFailures
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withTimeoutOrNull
import org.slf4j.LoggerFactory
import java.time.Duration
import kotlin.time.toKotlinDuration

private val logger = LoggerFactory.getLogger(OpenIdClient::class.java)

/** Sends [request] within the configured timeout and size; the only caller of the transport. */
internal suspend fun Configuration.send(request: HttpRequest): HttpResponse {
    // a fragment never goes to the server
    val url = request.url.substringBefore('#')
    val bounded = HttpRequest(request.method, url, named(request), request.body, maximumResponseSize)
    val shown = { "${request.method} ${printable(url.substringBefore('?'))}" }
    val response = within(timeout, shown) { attempt(bounded) }
    // a transport of the caller's own may not know the bound
    if (response.bodySize > maximumResponseSize) throw bodyTooLarge(response.status, maximumResponseSize)
    if (logger.isDebugEnabled) logger.debug("{} answered {}", shown(), response.status)
    return response
}

private suspend fun Configuration.attempt(request: HttpRequest): HttpResponse =
    try {
        mappingIoFailures(request) { transport.send(request) }
    } catch (e: TransportException) {
        // some engines make an IOException of their cancellation
        currentCoroutineContext().ensureActive()
        throw e
    }

/**
 * What [read] makes of the answer of [url]; where the server broke the protocol the failure says whose answer it was,
 * without the query, which may hold a key, and then [hint].
 */
@Suppress("SwallowedException") // it is thrown again, with its cause and a longer message
internal inline fun <T> answerOf(
    method: String,
    url: AbsoluteUrl,
    hint: String = "",
    read: () -> T,
): T =
    try {
        read()
    } catch (e: InvalidResponseException) {
        val message = "$method ${printable(url.withoutQueryAndFragment)}: ${e.message}$hint"
        throw InvalidResponseException(e.code, message, e.status, e.cause, e.retryAfter)
    }

private fun named(request: HttpRequest) =
    if ("user-agent" in request.headers) request.headers else request.headers.with("user-agent", USER_AGENT)

/**
 * Runs [block], but no longer than [timeout] (zero: without limit); then throws [TransportException]. Cancellation
 * stays cancellation.
 */
internal suspend fun <T : Any> within(
    timeout: Duration,
    what: () -> String,
    block: suspend () -> T,
): T {
    if (timeout.isZero) return block()
    withTimeoutOrNull(timeout.toKotlinDuration()) { block() }?.let { return it }
    // the caller's own timeout may be up at the same moment
    currentCoroutineContext().ensureActive()
    throw TransportException(ErrorCode.TIMEOUT, "${what()} was not answered within $timeout")
}

/**
 * [url], which is none, fit for a message: a query may hold a key, and what stands before an `@` a password, which may
 * have any character in it.
 */
internal fun withoutSecrets(url: String): String =
    if ('@' in url) {
        "${printable(url.substringBefore("//", ""))}//$MASK"
    } else {
        printable(url.substringBefore('#').substringBefore('?'))
    }
