package dev.openidclient.testserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger

/**
 * One endpoint of a [TestAuthorizationServer]: how often it was asked, and what is to go wrong with the next requests.
 *
 * Each fault is for one request, in the order in which they were said; with none left, requests are processed as ever.
 * Every function returns this endpoint.
 */
public class TestEndpoint internal constructor(
    /** As its member in the server's metadata is called, without `_endpoint`: `token`, `userinfo`, `jwks`. */
    public val name: String,
) {
    private val faults = ConcurrentLinkedQueue<Fault>()
    private val requestCounter = AtomicInteger()
    private val processedCounter = AtomicInteger()

    /** How many requests came, answered or not. One that was refused a connection counts too. */
    public val requestCount: Int get() = requestCounter.get()

    /** How many of them the server acted on: with a refusal of its own too, but not where a fault stood before it. */
    public val processedCount: Int get() = processedCounter.get()

    /** How long every answer takes from now on, beside what [delayNext] says. Default zero. */
    @Volatile
    @set:JvmSynthetic // Java has the function
    public var delay: Duration = Duration.ZERO

    /** Sets [delay] and returns this endpoint: for Java. */
    public fun delay(delay: Duration): TestEndpoint = apply { this.delay = delay }

    /**
     * Answers the next request with [status], without processing it: with the OAuth [error] as JSON, or without one as
     * an intermediary does that knows nothing of OAuth. [retryAfter] is sent as whole seconds.
     */
    @JvmOverloads
    public fun failNext(
        status: Int,
        error: String? = null,
        retryAfter: Duration? = null,
    ): TestEndpoint {
        val headers = listOfNotNull(retryAfter?.let { "retry-after" to it.seconds.toString() })
        return answerNext(
            if (error == null) {
                response("<html><body>$status</body></html>", "text/html", status, headers)
            } else {
                jsonResponse(jsonOf("error" to error, "error_description" to "as the test said"), status, headers)
            },
        )
    }

    /** The same for the next [times] requests. */
    public fun failNext(
        times: Int,
        status: Int,
        error: String?,
        retryAfter: Duration?,
    ): TestEndpoint = apply { repeat(times) { failNext(status, error, retryAfter) } }

    /** Answers the next request with [response], without processing it. */
    public fun answerNext(response: HttpResponse): TestEndpoint = fault(Fault.Answered(response))

    /** The next request finds no connection: nothing of it arrives. A server that listens closes the connection. */
    public fun refuseNextConnection(): TestEndpoint = fault(Fault.Refused)

    /** Processes the next request and loses the answer: codes and rotated tokens are used up, and nobody hears of it. */
    public fun dropNextAnswer(): TestEndpoint = fault(Fault.Lost)

    /** Processes the next request and breaks off in the middle of the answer. */
    public fun halfNextAnswer(): TestEndpoint = fault(Fault.Half)

    /** Does nothing about the next request until the client gives up. */
    public fun hangNext(): TestEndpoint = fault(Fault.Hanging)

    /** Processes the next request after [duration]; one that is given up earlier is not processed. */
    public fun delayNext(duration: Duration): TestEndpoint = fault(Fault.Slow(duration, Duration.ZERO))

    /** Processes the next request at once and answers after [duration]. */
    public fun delayNextAnswer(duration: Duration): TestEndpoint = fault(Fault.Slow(Duration.ZERO, duration))

    /** Processes the next request and says that the answer is of [contentType]. */
    public fun mislabelNextAnswer(contentType: String): TestEndpoint =
        changeNextAnswer { HttpResponse(it.status, it.headers.with("content-type", contentType), it.body) }

    /** Processes the next request and answers with a body of [size] bytes more: white space at its end. */
    public fun oversizeNextAnswer(size: Int): TestEndpoint =
        changeNextAnswer { HttpResponse(it.status, it.headers, it.body + ByteArray(size) { ' '.code.toByte() }) }

    /** Processes the next request and answers with [body] in place of its own. */
    public fun replaceNextBody(body: String): TestEndpoint =
        changeNextAnswer { HttpResponse(it.status, it.headers, body.encodeToByteArray()) }

    /** Processes the next request and answers with what [change] makes of the answer. */
    public fun changeNextAnswer(change: AnswerChange): TestEndpoint = fault(Fault.Changed(change::change))

    /** Forgets what was to go wrong. */
    public fun recover(): TestEndpoint =
        apply {
            faults.clear()
            delay = Duration.ZERO
        }

    private fun fault(fault: Fault) = apply { faults += fault }

    internal fun asked(): Fault? {
        requestCounter.incrementAndGet()
        return faults.poll()
    }

    internal fun processed() {
        processedCounter.incrementAndGet()
    }

    override fun toString(): String = "TestEndpoint($name, $requestCount requests)"
}

/** Another answer than the server's own. */
public fun interface AnswerChange {
    public fun change(response: HttpResponse): HttpResponse
}

internal fun HttpResponse.with(
    name: String,
    value: String,
): HttpResponse = HttpResponse(status, headers.with(name, value), body)

internal val NO_HEADERS: HttpHeaders = HttpHeaders.EMPTY
