package dev.openidclient.testing

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.DeviceAuthorization
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.serialization.json.JsonObject
import java.time.Duration

/** A token endpoint under virtual time: it gives [answers] one after the other, the last one for ever. */
class PolledServer(
    private val test: TestScope,
    private vararg val answers: suspend () -> HttpResponse,
) {
    /** When it was asked, in milliseconds of virtual time. */
    val askedAt = mutableListOf<Long>()

    /** How many requests were cancelled while it had not answered yet. */
    var cancelled = 0
        private set

    val transport: RecordingTransport =
        RecordingTransport {
            val answer = answers[minOf(askedAt.size, answers.lastIndex)]
            askedAt += test.currentTime
            try {
                answer()
            } catch (e: CancellationException) {
                cancelled++
                throw e
            }
        }

    fun client(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
        OpenIdClient(serverMetadata(), CLIENT_ID) {
            transport = this@PolledServer.transport
            clock = FIXED_CLOCK
            configure()
        }

    companion object {
        fun refusal(
            error: String,
            status: Int = 400,
            vararg headers: Pair<String, String>,
        ): suspend () -> HttpResponse =
            {
                val all = HttpHeaders.of("content-type" to "application/json", *headers)
                HttpResponse(status, all, """{"error":"$error"}""".encodeToByteArray())
            }

        fun pending(vararg headers: Pair<String, String>) = refusal("authorization_pending", headers = headers)

        fun slowDown(vararg headers: Pair<String, String>) = refusal("slow_down", headers = headers)

        /** An answer of an intermediary that knows nothing of OAuth. */
        fun failure(
            status: Int,
            vararg headers: Pair<String, String>,
        ): suspend () -> HttpResponse =
            {
                HttpResponse(
                    status,
                    HttpHeaders.of("content-type" to "text/html", *headers),
                    "<p>Sorry".encodeToByteArray(),
                )
            }

        val tokens: suspend () -> HttpResponse = { response(tokenResponseJson().toString()) }

        val silence: suspend () -> HttpResponse = { awaitCancellation() }
    }
}

const val DEVICE_CODE: String = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS"

/** A sign-in that waits for the person, for half an hour where nothing else is said. */
internal fun waitingDevice(
    interval: Duration? = null,
    expiresIn: Duration = Duration.ofMinutes(30),
): DeviceAuthorization =
    DeviceAuthorization(
        JsonObject(emptyMap()),
        deviceCode = DEVICE_CODE,
        userCode = "WDJB-MJHT",
        verificationUri = "$ISSUER/device",
        verificationUriComplete = null,
        expiresIn = expiresIn,
        interval = interval,
    )
