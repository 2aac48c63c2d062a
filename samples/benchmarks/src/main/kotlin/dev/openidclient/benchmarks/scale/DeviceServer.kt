package dev.openidclient.benchmarks.scale

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import java.util.concurrent.atomic.AtomicLong

internal const val ISSUER = "https://as.example.com"
internal const val CLIENT_ID = "s6BhdRkqt3"
internal const val DEVICE_ENDPOINT = "$ISSUER/device_authorization"
internal const val TOKEN_ENDPOINT = "$ISSUER/token"

/**
 * A device flow in which nobody ever decides, without a socket: the answers are made in this process. The first poll
 * may come after [interval] seconds, the second after [PAUSE].
 */
internal class DeviceServer(
    private val interval: Int,
) : HttpTransport {
    private val flows = AtomicLong()
    private val polls = AtomicLong()

    /** How many flows have begun. */
    val started: Long get() = flows.get()

    /** How often the token endpoint was asked. */
    val polled: Long get() = polls.get()

    override suspend fun send(request: HttpRequest): HttpResponse =
        if (request.url == DEVICE_ENDPOINT) {
            json(OK, device(flows.incrementAndGet()))
        } else {
            polls.incrementAndGet()
            json(BAD_REQUEST, """{"error": "authorization_pending"}""")
        }

    private fun device(number: Long): String =
        """
        {"device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszI$number", "user_code": "WDJB-$number",
        "verification_uri": "$ISSUER/device", "verification_uri_complete": "$ISSUER/device?user_code=WDJB-$number",
        "expires_in": 1800, "interval": $interval}
        """.trimIndent()

    private fun json(
        status: Int,
        text: String,
    ): HttpResponse = HttpResponse(status, HEADERS, text.encodeToByteArray())

    private companion object {
        /** Seconds: longer than any round. */
        const val PAUSE = 900
        const val OK = 200
        const val BAD_REQUEST = 400
        val HEADERS = HttpHeaders.of("content-type" to "application/json", "retry-after" to "$PAUSE")
    }
}
