package dev.openidclient.benchmarks.scale

import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.Usage
import dev.openidclient.client.OpenIdClient
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.verifyIdToken
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.lang.management.ManagementFactory
import java.security.PublicKey
import java.security.Signature
import java.time.Duration
import java.util.Base64
import kotlin.time.toKotlinDuration

/**
 * [count] coroutines at once, each of which has an ID Token to verify. A round is several bursts, and its figures
 * their mean: the time of a process counts in steps as long as what the bursts differ by.
 */
internal abstract class UnknownKeyId(
    final override val name: String,
    private val count: Int,
    private val bursts: Int,
) : Subject {
    final override val row: String get() = ROW
    final override val parameters: Map<String, String> get() = mapOf("coroutines" to "$count")

    private val meter = ProcessMeter()

    /** Not measured. Returns what each coroutine then does, and what is still to do for all of them together. */
    protected abstract suspend fun prepare(): Task

    /** What each coroutine does; [besides] runs beside them. */
    protected class Task(
        val besides: suspend () -> Unit = {},
        val each: suspend () -> Unit,
    )

    /** How often the JWK Set was downloaded so far. */
    protected open val downloads: Int get() = 0

    override fun warmUp() {
        round()
        round()
    }

    override fun round(): Round {
        val measured = List(bursts) { burst() }

        fun figure(of: (Figures) -> Double) = measured.map(of).average()
        return Round(
            count * NANOSECONDS_PER_SECOND / figure { it.nanoseconds },
            figure { it.used.cpuNanoseconds / NANOSECONDS_PER_MICROSECOND / count },
            figure { it.used.allocatedBytes.toDouble() / count },
            mapOf(
                CPU to figure { it.used.cpuNanoseconds / NANOSECONDS_PER_MILLISECOND },
                CPU_OF_THREADS to figure { it.threadNanoseconds / NANOSECONDS_PER_MILLISECOND },
                WALL to figure { it.nanoseconds / NANOSECONDS_PER_MILLISECOND },
                // one burst that downloads twice must not hide behind the others
                DOWNLOADS to measured.maxOf { it.downloads }.toDouble(),
            ),
        )
    }

    private class Figures(
        val nanoseconds: Double,
        val used: Usage,
        val threadNanoseconds: Double,
        val downloads: Int,
    )

    private fun burst(): Figures =
        runBlocking {
            val task = prepare()
            System.gc()
            val asked = downloads
            val threads = threadNanoseconds()
            val used = meter.usage()
            val start = System.nanoTime()
            coroutineScope {
                launch { task.besides() }
                repeat(count) { launch(Dispatchers.Default) { task.each() } }
            }
            val time = System.nanoTime() - start
            Figures(
                time.toDouble(),
                meter.usage() - used,
                (threadNanoseconds() - threads).toDouble(),
                downloads - asked,
            )
        }

    /** Of the threads of Java: the compiler's and the collector's are none. Those of the dispatcher stay. */
    private fun threadNanoseconds(): Long {
        val threads = ManagementFactory.getThreadMXBean()
        return threads.allThreadIds.sumOf { maxOf(0, threads.getThreadCpuTime(it)) }
    }

    companion object {
        const val ROW = "coroutines meet an unknown kid"
        const val CPU = "milliseconds of CPU of the burst"
        const val CPU_OF_THREADS = "milliseconds of CPU of the burst, without the collector's"
        const val WALL = "milliseconds until the last is served"
        const val DOWNLOADS = "downloads of the JWK Set"
        const val UNKNOWN = "openid-client, kid unknown"
        const val KNOWN = "openid-client, kid known"
        private const val NANOSECONDS_PER_SECOND = 1e9
        private const val NANOSECONDS_PER_MILLISECOND = 1e6
        private const val NANOSECONDS_PER_MICROSECOND = 1e3
        private const val MOST_CPU_MILLISECONDS = 10.0
        private const val BURSTS = 8
        private val ROUND_TRIP = Duration.ofMillis(50)

        fun subjects(
            count: Int,
            bursts: Int = BURSTS,
            roundTrip: Duration = ROUND_TRIP,
        ): List<Subject> =
            listOf(
                RawVerification("Signature.verify", count, bursts, null),
                RawVerification("wait, then Signature.verify", count, bursts, roundTrip),
                Verification(KNOWN, count, bursts, roundTrip, isKnown = true),
                Verification(UNKNOWN, count, bursts, roundTrip, isKnown = false),
            )

        /** What it costs that the key is unknown: beyond the same verifications where it is known. */
        val targets: List<Target> =
            listOf(Target(ROW, UNKNOWN, DOWNLOADS, Target.Relation.VALUE, Target.Rule.AT_MOST, 1.0)) +
                listOf(CPU, CPU_OF_THREADS).map {
                    Target(
                        ROW,
                        UNKNOWN,
                        it,
                        Target.Relation.DIFFERENCE,
                        Target.Rule.AT_MOST,
                        MOST_CPU_MILLISECONDS,
                        against = Target.Reference(KNOWN),
                    )
                }
    }
}

/** What the JDK does for the same signatures; where there is a [roundTrip], after all have waited for one answer. */
private class RawVerification(
    name: String,
    count: Int,
    bursts: Int,
    private val roundTrip: Duration?,
) : UnknownKeyId(name, count, bursts) {
    override val isFloor: Boolean get() = roundTrip == null

    private val server = KeyRotation(Duration.ZERO)
    private val key: PublicKey = server.publicKey
    private val token = server.idToken()
    private val input = token.substringBeforeLast('.').encodeToByteArray()
    private val signature = Base64.getUrlDecoder().decode(token.substringAfterLast('.'))

    override suspend fun prepare(): Task {
        val answer = CompletableDeferred<PublicKey>()
        if (roundTrip == null) answer.complete(key)
        return Task(
            besides = {
                if (roundTrip != null) {
                    delay(roundTrip.toKotlinDuration())
                    answer.complete(key)
                }
            },
            each = { verify(answer.await()) },
        )
    }

    private fun verify(key: PublicKey) {
        val verification = Signature.getInstance("SHA256withRSA")
        verification.initVerify(key)
        verification.update(input)
        check(verification.verify(signature))
    }
}

private class Verification(
    name: String,
    count: Int,
    bursts: Int,
    roundTrip: Duration,
    private val isKnown: Boolean,
) : UnknownKeyId(name, count, bursts) {
    private val server = KeyRotation(roundTrip)
    private val clock = MovedClock()
    private val client =
        OpenIdClient(METADATA, CLIENT_ID) {
            transport = server
            clock = this@Verification.clock
        }

    override val downloads: Int get() = server.downloads

    override suspend fun prepare(): Task {
        client.verifyIdToken(server.idToken(), nonce = null)
        if (!isKnown) {
            clock.move(BEYOND_COOL_DOWN)
            server.rotate()
        }
        val token = server.idToken()
        return Task { client.verifyIdToken(token, nonce = null) }
    }

    private companion object {
        /** For a minute after a download an unknown kid does not make the library ask again. */
        val BEYOND_COOL_DOWN: Duration = Duration.ofSeconds(61)

        val METADATA =
            AuthorizationServerMetadata(
                JsonObject(mapOf("issuer" to JsonPrimitive(ISSUER), "jwks_uri" to JsonPrimitive(JWKS_URI))),
            )
    }
}
