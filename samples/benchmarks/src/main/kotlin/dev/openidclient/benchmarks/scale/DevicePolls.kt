package dev.openidclient.benchmarks.scale

import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.roundOf
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.lang.management.ManagementFactory
import kotlin.time.Duration.Companion.seconds

/**
 * [count] device flows wait in this JVM, and what each of them holds is counted: right after they have started, or,
 * where [isAnswered], after the server has told each of them once to wait. A round's operations are the flows that get
 * there in a second.
 */
internal abstract class DevicePolls(
    final override val name: String,
    private val count: Int,
    private val isAnswered: Boolean,
) : Subject {
    final override val row: String get() = ROW

    final override val parameters: Map<String, String>
        get() = mapOf("flows" to "$count", "state" to if (isAnswered) "told to wait" else "just started")

    private val meter = ProcessMeter()

    /** What one of them does. */
    protected abstract fun flow(server: DeviceServer): suspend () -> Unit

    override fun warmUp() {
        round()
    }

    override fun round(): Round {
        val server = DeviceServer(if (isAnswered) SHORT_INTERVAL else LONG_INTERVAL)
        val before = Heap.held()
        val scope = CoroutineScope(Dispatchers.Default)
        try {
            val used = meter.usage()
            val start = System.nanoTime()
            val flow = flow(server)
            repeat(count) { scope.launch { flow() } }
            settle(server)
            val time = System.nanoTime() - start
            val spent = meter.usage() - used
            val held = (Heap.held() - before).toDouble() / count
            val threads = ManagementFactory.getThreadMXBean().threadCount.toDouble()
            val expected = if (isAnswered) count.toLong() else 0
            check(server.polled == expected) { "the flows went on while they were counted" }
            return roundOf(count.toLong(), time, spent, mapOf(HELD to held, THREADS to threads))
        } finally {
            runBlocking {
                scope.cancel()
                scope.coroutineContext.job.join()
            }
        }
    }

    /** Until all have got where they wait: those that were answered last go on until then. */
    private fun settle(server: DeviceServer) {
        while (server.started < count || (isAnswered && server.polled < count)) Thread.sleep(STEP_MILLIS)
        do {
            val used = meter.usage()
            Thread.sleep(REST_MILLIS)
        } while ((meter.usage() - used).cpuNanoseconds > MOST_NANOSECONDS_AT_REST)
    }

    companion object {
        const val ROW = "device-code polls waiting"
        const val HELD = "bytes of heap held by each"
        const val THREADS = "threads of the JVM"
        const val LIBRARY = "openid-client"
        private const val MOST_HELD = 4096.0
        private const val STEP_MILLIS = 20L
        private const val REST_MILLIS = 300L

        /** The time of a process counts in steps of 10 ms. */
        private const val MOST_NANOSECONDS_AT_REST = 10_000_000L

        /** Seconds. */
        private const val SHORT_INTERVAL = 1

        /** Longer than any round. */
        private const val LONG_INTERVAL = 900

        fun subjects(count: Int): List<Subject> =
            listOf(false, true).flatMap { listOf(DelayLoops(count, it), LibraryPolls(count, it)) }

        val targets: List<Target> =
            listOf(
                Target(ROW, LIBRARY, HELD, Target.Relation.DIFFERENCE, Target.Rule.AT_MOST, MOST_HELD),
                Target(ROW, LIBRARY, THREADS, Target.Relation.DIFFERENCE, Target.Rule.AT_MOST, 0.0),
            )
    }
}

private class LibraryPolls(
    count: Int,
    isAnswered: Boolean,
) : DevicePolls(LIBRARY, count, isAnswered) {
    override fun flow(server: DeviceServer): suspend () -> Unit {
        val client = OpenIdClient(METADATA, CLIENT_ID) { transport = server }
        return { client.deviceCodeGrant(client.deviceAuthorization()) }
    }

    private companion object {
        val METADATA =
            AuthorizationServerMetadata(
                JsonObject(
                    mapOf(
                        "issuer" to JsonPrimitive(ISSUER),
                        "device_authorization_endpoint" to JsonPrimitive(DEVICE_ENDPOINT),
                        "token_endpoint" to JsonPrimitive(TOKEN_ENDPOINT),
                    ),
                ),
            )
    }
}

/** The floor: the loop that a program has to have, which keeps nothing but the code, the interval and the end. */
private class DelayLoops(
    count: Int,
    isAnswered: Boolean,
) : DevicePolls("loop of delay", count, isAnswered) {
    override val isFloor: Boolean get() = true

    override fun flow(server: DeviceServer): suspend () -> Unit =
        {
            val device = json(post(server, DEVICE_ENDPOINT, "client_id" to CLIENT_ID))
            poll(
                server,
                device.getValue("device_code").jsonPrimitive.content,
                device.getValue("interval").jsonPrimitive.int,
                System.nanoTime() + device.getValue("expires_in").jsonPrimitive.int.seconds.inWholeNanoseconds,
            )
        }

    private suspend fun poll(
        server: DeviceServer,
        code: String,
        interval: Int,
        end: Long,
    ) {
        var wait = interval
        while (System.nanoTime() < end) {
            delay(wait.seconds)
            val response = post(server, TOKEN_ENDPOINT, "device_code" to code, "client_id" to CLIENT_ID)
            if ("error" !in json(response)) return
            wait = maxOf(interval, response.headers["retry-after"]?.toInt() ?: 0)
        }
    }

    private suspend fun post(
        server: DeviceServer,
        url: String,
        vararg form: Pair<String, String>,
    ): HttpResponse = server.send(HttpRequest("POST", url, HttpHeaders.EMPTY, HttpBody.form(Parameters.of(*form))))

    private fun json(response: HttpResponse): JsonObject = Json.parseToJsonElement(response.bodyText()).jsonObject
}
