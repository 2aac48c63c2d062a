package dev.openidclient.concurrency

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import dev.openidclient.resource.resource
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.serverMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldContainOnly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.yield
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.util.Random
import java.util.TreeMap
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration.Companion.minutes

private const val ORIGINS = 3
private const val SEED = 9449L

/** Ten thousand coroutines with one DPoP key, on several threads, at servers that give a new nonce with each answer. */
class DpopCrowdSpec :
    FunSpec({
        timeout = 2.minutes.inWholeMilliseconds

        test("a call is repeated once at the most, with a nonce of its own server that is not overtaken") {
            val servers = RotatingServers()
            val statuses = crowd { servers.call(it) }.awaitAll()

            statuses.shouldContainOnly(200)
            servers.requests.groupBy { it.call }.values.map { it.size }.shouldContainOnly(1, 2)
            servers.requests.map { it.proof }.shouldBeUnique()
            servers.requests.filter { it.nonce != null && it.nonce !in servers.issuedBy(it.origin) }.shouldBeEmpty()
            servers.requests.filter(servers::isOvertaken).shouldBeEmpty()
            servers.requests.count { it.nonce == null } shouldBeGreaterThan 0
        }

        test("three of ten who give up harm none of the others") {
            val random = Random(SEED)
            val doomed = BooleanArray(CROWD) { random.nextInt(10) < 3 }
            val servers = RotatingServers()
            val calls =
                crowd(
                    whileCalling = { calls ->
                        calls.forEachIndexed { index, call -> if (doomed[index]) call.cancel() }
                    },
                    call = servers::call,
                )

            calls.filterIndexed { index, _ -> !doomed[index] }.awaitAll().shouldContainOnly(200)
            servers.requests.groupBy { it.call }.values.count { it.size > 2 } shouldBe 0
        }
    })

/** What one request said, and when, by a clock that counts events. */
private class Sent(
    val call: Int,
    val origin: String,
    val proof: String,
    val nonce: String?,
    /** Before the proof was made. */
    val startedAt: Long,
)

/** A key that lives elsewhere and takes no time; nobody looks at its signatures. */
private class InstantKey(
    key: SigningKey,
) : SigningKey by key {
    override suspend fun sign(bytes: ByteArray): ByteArray = ByteArray(64)
}

private class RotatingServers {
    val requests = ConcurrentLinkedQueue<Sent>()
    private val events = AtomicLong()
    private val startedAt = ConcurrentHashMap<Int, Long>()
    private val issued = ConcurrentHashMap<String, MutableMap<String, Long>>()

    /** When the client had surely taken the nonce in: its caller went on. */
    private val taken = ConcurrentHashMap<String, Long>()
    private val lastOfCall = ConcurrentHashMap<Int, String>()

    private val dpop = Dpop(InstantKey(SigningKey.generate()))
    private val client =
        OpenIdClient(serverMetadata(), CLIENT_ID) {
            transport = HttpTransport(::answer)
            clock = FIXED_CLOCK
            timeout = Duration.ZERO
        }.withDpop(dpop)

    suspend fun call(number: Int): Int {
        startedAt[number] = events.incrementAndGet()
        val status = client.resource("https://api-${number % ORIGINS}.example.com/$number", "token").status
        lastOfCall[number]?.let { taken[it] = events.incrementAndGet() }
        return status
    }

    fun issuedBy(origin: String): Set<String> = issued.getValue(origin).keys

    /** Whether a newer nonce had been given, and taken in, after this one was and before the proof was begun. */
    fun isOvertaken(sent: Sent): Boolean {
        val newest = newestTaken(sent.origin, sent.startedAt) ?: return false
        val nonce = sent.nonce ?: return true
        return taken.getOrDefault(nonce, Long.MAX_VALUE) < newest
    }

    /** When the newest of the nonces that had been taken in at [time] was given. */
    private fun newestTaken(
        origin: String,
        time: Long,
    ): Long? = takenOf(origin).floorEntry(time)?.value

    private val newestByTime = ConcurrentHashMap<String, TreeMap<Long, Long>>()

    private fun takenOf(origin: String) =
        newestByTime.computeIfAbsent(origin) {
            val newest = TreeMap<Long, Long>()
            var last = 0L
            val times = issued.getValue(origin).mapNotNull { (nonce, at) -> taken[nonce]?.let { it to at } }
            for ((takenAt, issuedAt) in times.sortedBy { it.first }) {
                last = maxOf(last, issuedAt)
                newest[takenAt] = last
            }
            newest
        }

    private suspend fun answer(request: HttpRequest): HttpResponse {
        val call = request.url.substringAfterLast('/').toInt()
        val origin = request.url.substringBeforeLast('/')
        val claims = parseJson(Base64Url.decode(request.headers["dpop"]!!.split('.')[1])!!) as JsonObject
        val nonce = text(claims["nonce"])
        val arrived = events.incrementAndGet()
        // a repeated request: its caller has taken in the nonce of the refusal
        lastOfCall[call]?.let { taken[it] = arrived }
        val isRepeated = lastOfCall.containsKey(call)
        val begun = if (isRepeated) issuedAt(origin, call) else startedAt.getValue(call)
        requests += Sent(call, origin, text(claims["jti"])!!, nonce, begun)
        yield()
        val next = "$origin-${events.incrementAndGet()}"
        issued.computeIfAbsent(origin) { ConcurrentHashMap() }[next] = events.get()
        lastOfCall[call] = next
        yield()
        val isGood = nonce != null
        val headers = HttpHeaders.of("dpop-nonce" to next, "www-authenticate" to "DPoP error=\"use_dpop_nonce\"")
        return if (isGood) HttpResponse(200, HttpHeaders.of("dpop-nonce" to next)) else HttpResponse(401, headers)
    }

    /** When the refusal of [call] was given: its nonce was in hand before the proof was made anew. */
    private fun issuedAt(
        origin: String,
        call: Int,
    ): Long = issued.getValue(origin).getValue(lastOfCall.getValue(call))
}
