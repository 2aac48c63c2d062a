package dev.openidclient.testserver

import dev.openidclient.error.Reached
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.TransportFailures
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.time.delay
import java.io.IOException
import java.net.ConnectException
import java.net.UnknownHostException
import java.security.cert.X509Certificate

private const val ELSEWHERE = "nothing but the test server can be reached, and this is not its address"

/** The way of a request through a test server: to its endpoint, or to the fault that the test wants there. */
internal class Answering(
    private val server: Server,
    endpoints: TestEndpoints,
    /** Whether no request finds a connection. */
    private val isDown: () -> Boolean,
) {
    private val routes = Routes(server, endpoints)
    private val recorded = mutableListOf<RecordedRequest>()

    /** What came, the first one first. */
    fun recorded(): List<RecordedRequest> = locked { recorded.toList() }

    fun forget() = locked { recorded.clear() }

    /** What the transport of a client brings, or throws. */
    suspend fun answer(
        request: HttpRequest,
        certificate: X509Certificate?,
    ): HttpResponse {
        if (Routes.originOf(request.url) != Routes.originOf(locked { issuer })) {
            throw TransportFailures.noAnswer(request, UnknownHostException(ELSEWHERE), Reached.NO, ELSEWHERE)
        }
        return when (val outcome = outcome(request, certificate)) {
            is Outcome.Answer -> outcome.response
            is Outcome.Refused -> throw failure(request, ConnectException("refused"), Reached.NO)
            is Outcome.Lost -> throw failure(request, IOException("closed"), Reached.UNKNOWN)
            is Outcome.Half -> throw failure(request, IOException("closed"), Reached.ANSWERED)
        }
    }

    private fun failure(
        request: HttpRequest,
        cause: IOException,
        reached: Reached,
    ) = TransportFailures.noAnswer(request, cause, reached, "as the test said")

    /** What comes of [request], in whatever form it came. */
    suspend fun outcome(
        request: HttpRequest,
        certificate: X509Certificate?,
    ): Outcome {
        val route = locked { routes.find(request.url) }
        val record = RecordedRequest(route?.endpoint?.name, request)
        locked { recorded.add(record) }
        val fault = route?.endpoint?.asked()
        if (isDown() || fault is Fault.Refused) return Outcome.Refused
        if (fault is Fault.Answered) return answered(record, fault.response)
        if (fault is Fault.Hanging) awaitCancellation()
        if (fault is Fault.Slow) delay(fault.before)
        val processed = process(route, Exchange(request, certificate))
        if (fault is Fault.Slow) delay(fault.after)
        route?.endpoint?.delay?.let { delay(it) }
        return when (fault) {
            is Fault.Lost -> Outcome.Lost
            is Fault.Half -> Outcome.Half(processed)
            is Fault.Changed -> answered(record, fault.change(processed))
            else -> answered(record, processed)
        }
    }

    private fun answered(
        record: RecordedRequest,
        response: HttpResponse,
    ): Outcome {
        record.status = response.status
        return Outcome.Answer(response)
    }

    private fun process(
        route: Route?,
        exchange: Exchange,
    ): HttpResponse {
        if (route == null) return response("nothing is here", "text/plain", NOT_FOUND)
        route.endpoint.processed()
        return locked {
            val response =
                try {
                    route.answer(this, exchange)
                } catch (e: Refusal) {
                    e.response()
                }
            proofs.addNonce(response)
        }
    }

    private inline fun <T> locked(block: Server.() -> T): T = synchronized(server.lock) { server.block() }
}
