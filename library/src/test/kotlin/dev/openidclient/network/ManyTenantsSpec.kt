package dev.openidclient.network

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.DiscoveryState
import dev.openidclient.client.InsecureRequests
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.OKHTTP_ENGINE
import dev.openidclient.http.OwnTransport
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
import java.net.InetAddress
import java.net.InetSocketAddress
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import java.util.concurrent.ThreadPoolExecutor
import kotlin.time.Duration.Companion.seconds

private const val TENANTS = 200
private const val CALLERS = 8

/** What many tenants may have more than one: the connections of those who call at once, both ends of them, and threads. */
private const val MORE = 4 * CALLERS

/** Long enough for everybody else, on a busy machine too. */
private val TIMEOUT = Duration.ofSeconds(60)

/**
 * The servers of many tenants behind one port of the loopback addresses: as many origins where the system has all of
 * them, as Linux does, else as many paths of one.
 */
private class Tenants : AutoCloseable {
    private val threads = Executors.newFixedThreadPool(4) { Thread(it, "tenants").apply { isDaemon = true } }
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0), 0)
    private val hasAllAddresses = System.getProperty("os.name") == "Linux"
    val hanging: MutableSet<String> = ConcurrentHashMap.newKeySet()

    init {
        (threads as ThreadPoolExecutor).prestartAllCoreThreads()
        server.executor = threads
        server.createContext("/", ::answer)
        server.start()
    }

    fun issuer(number: Int): String =
        "http://127.0.0.${if (hasAllAddresses) number + 1 else 1}:${server.address.port}/t$number"

    private fun answer(exchange: HttpExchange) {
        val path = exchange.requestURI.path
        val issuer = "http://${exchange.requestHeaders.getFirst("host")}/${path.split('/')[1]}"
        exchange.requestBody.readAllBytes()
        // no answer, and nobody who waits for one either
        if (issuer in hanging) return
        val body =
            if (path.endsWith("/token")) {
                """{"access_token":"of $issuer","token_type":"Bearer","expires_in":3600}"""
            } else {
                """{"issuer":"$issuer","token_endpoint":"$issuer/token","jwks_uri":"$issuer/jwks"}"""
            }.encodeToByteArray()
        exchange.responseHeaders.add("content-type", "application/json")
        // else each of 200 origins would have an idle connection for a while, whoever asks it
        exchange.responseHeaders.add("connection", "close")
        exchange.sendResponseHeaders(200, body.size.toLong())
        exchange.responseBody.use { it.write(body) }
    }

    override fun close() {
        server.stop(0)
        threads.shutdownNow()
    }
}

/** What a process has while clients are in use. */
private class Used(
    val threads: Int,
    val descriptors: Int,
)

/** How long discovery and a grant took together, in milliseconds. */
private class Latencies(
    times: List<Long>,
) {
    private val sorted = times.sorted()
    val median: Long = sorted[sorted.size / 2]
    val longest: Long = sorted.last()
}

@OptIn(InsecureRequests::class)
private fun registry(shared: OwnTransport) =
    ClientRegistry {
        transport = shared
        allowInsecureRequests()
        timeout = TIMEOUT
        find { issuer -> ClientEntry("app of $issuer") { clientSecret("secret") } }
    }

private suspend fun ClientRegistry.serve(issuers: List<String>): Latencies =
    withContext(Dispatchers.Default) {
        val callers = Semaphore(CALLERS)
        issuers
            .map { issuer ->
                async {
                    callers.withPermit {
                        val begin = System.nanoTime()
                        client(issuer).clientCredentialsGrant().accessToken shouldBe "of $issuer"
                        (System.nanoTime() - begin) / 1_000_000
                    }
                }
            }.awaitAll()
            .let(::Latencies)
    }

private fun used() = Used(liveThreads(), openDescriptors() ?: 0)

/** A registry of many tenants, with real sockets. */
open class ManyTenantsSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 600_000

        for ((engine, newTransport) in TLS_ENGINES) {
            test(
                "$TENANTS tenants through $engine have the threads and descriptors of one, and one that hangs holds up no other",
            ) {
                Tenants().use { tenants ->
                    val all = List(TENANTS, tenants::issuer)
                    // whatever is loaded and opened once
                    newTransport(null).use { registry(it).use { one -> one.serve(all.take(1)) } }
                    val before = used()
                    val ofOne =
                        newTransport(null).use { transport ->
                            registry(transport).use { one ->
                                one.serve(all.take(1))
                                used()
                            }
                        }
                    newTransport(null).use { transport ->
                        val healthy = registry(transport).use { it.serve(all) }
                        registry(transport).use { registry ->
                            tenants.hanging += all[0]
                            coroutineScope {
                                val waiting =
                                    List(CALLERS) {
                                        async(Dispatchers.Default) {
                                            shouldThrow<IllegalStateException> { registry.client(all[0]) }
                                        }
                                    }
                                val others = registry.serve(all.drop(1))
                                val ofAll = used()
                                println(
                                    "$TENANTS tenants through $engine: ${ofAll.threads} threads and " +
                                        "${ofAll.descriptors} descriptors, " +
                                        "${ofOne.threads} and ${ofOne.descriptors} with one, " +
                                        "${before.threads} and ${before.descriptors} with none; " +
                                        "median ${others.median} ms and longest ${others.longest} ms beside one that " +
                                        "hangs, ${healthy.median} and ${healthy.longest} ms beside none",
                                )
                                withClue("those who ask the one that hangs wait still") {
                                    waiting.filter { it.isCompleted }.shouldBeEmpty()
                                    registry.state(all[0]) shouldBe DiscoveryState.Unused
                                }
                                withClue("threads") { ofAll.threads shouldBeLessThanOrEqual ofOne.threads + MORE }
                                withClue("descriptors") {
                                    ofAll.descriptors shouldBeLessThanOrEqual ofOne.descriptors + MORE
                                }
                                withClue("median") { others.median shouldBeLessThan 5 * healthy.median + 250 }
                                registry.toString() shouldBe "ClientRegistry($TENANTS clients)"
                                registry.close()
                                waiting.awaitAll()
                            }
                        }
                    }
                    // an OkHttp's threads wait for work for a minute
                    if (engine != OKHTTP_ENGINE) {
                        eventually(30.seconds) {
                            System.gc()
                            withClue("threads") { used().threads shouldBeLessThanOrEqual before.threads + CALLERS }
                            withClue("descriptors") {
                                used().descriptors shouldBeLessThanOrEqual
                                    before.descriptors + CALLERS
                            }
                        }
                    }
                }
            }
        }

        test("a tenant whose server hangs fails when its time is up, and is asked again") {
            Tenants().use { tenants ->
                TLS_ENGINES.values.first()(null).use { transport ->
                    registryOfImpatient(transport).use { registry ->
                        val issuer = tenants.issuer(0)
                        tenants.hanging += issuer
                        shouldThrow<TransportException> { registry.client(issuer) }.code shouldBe ErrorCode.TIMEOUT
                        tenants.hanging -= issuer
                        registry.refresh(issuer).server.issuer shouldBe issuer
                    }
                }
            }
        }
    })

@OptIn(InsecureRequests::class)
private fun registryOfImpatient(shared: OwnTransport) =
    ClientRegistry {
        transport = shared
        allowInsecureRequests()
        timeout = Duration.ofSeconds(1)
        find { ClientEntry("app") }
    }
