package dev.openidclient.network

import dev.openidclient.contract.LocalServer
import dev.openidclient.http.CIO_ENGINE
import dev.openidclient.http.OKHTTP_ENGINE
import dev.openidclient.http.OwnTransport
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.http.TlsSettings
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Every operation, through every engine, at servers whose answers are broken in every way. */
open class BrokenAnswersSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 300_000

        val patient = Duration.ofSeconds(60)
        val impatient = Duration.ofMillis(300)

        for ((engine, newTransport) in TLS_ENGINES) {
            context("through $engine") {
                for ((name, answer) in LOST_CONNECTIONS) {
                    test("a connection that is $name is told as a network error, and hung up") {
                        Exchange(engine, newTransport, answer, patient).check()
                    }
                }

                for ((name, answer) in STALLED_ANSWERS) {
                    test("a server that sends $name runs into the timeout, and the connection is hung up") {
                        Exchange(engine, newTransport, answer, impatient).check()
                    }
                }

                for ((name, answer) in ENORMOUS_ANSWERS) {
                    test("$name does not fill the memory, and the connection is hung up") {
                        Exchange(engine, newTransport, answer, patient).check()
                    }
                }

                for ((name, answer) in MALFORMED_ANSWERS) {
                    test("an answer with $name ends, and the connection is hung up") {
                        Exchange(engine, newTransport, answer, patient).check()
                    }
                }

                for ((name, answer) in TEMPTING_ANSWERS) {
                    test("$name does not make the client send a one-time value again") {
                        Exchange(engine, newTransport, answer, patient).check()
                    }
                }
            }
        }
    })

/** All operations at one server, at the same time, through one transport. */
private class Exchange(
    private val engine: String,
    private val newTransport: (TlsSettings?) -> OwnTransport,
    private val answer: BrokenAnswer,
    private val timeout: Duration,
) {
    suspend fun check() {
        coroutineScope {
            launch(Dispatchers.IO) {
                val server = run(ONE_TIME_OPERATIONS)
                // a connection that dies while it is made may be made again: nothing was sent on it
                server.accepted shouldBeLessThanOrEqual ONE_TIME_OPERATIONS.size * 2
                server.addressed shouldBeLessThanOrEqual ONE_TIME_OPERATIONS.size
                server.requests.groupBy { it.body.decodeToString() }.values.forAll { it.size shouldBe 1 }
            }
            launch(Dispatchers.IO) {
                val server = run(READING_OPERATIONS)
                // a GET without an answer is repeated, once, by the JDK's client and by an OkHttp left to itself
                val most = if (engine == CIO_ENGINE) 1 else 2
                server.accepted shouldBeLessThanOrEqual READING_OPERATIONS.size * most
            }
        }
    }

    private suspend fun run(operations: Map<String, Operation>): LocalServer {
        val server = LocalServer.conversing { with(answer) { serve(document("http://127.0.0.1:$port")) } }
        server.use {
            newTransport(null).use { transport ->
                coroutineScope {
                    operations
                        .map { (name, operation) ->
                            async(Dispatchers.IO) {
                                withClue(name) {
                                    check("http://127.0.0.1:${server.port}") {
                                        operation(it, settings(transport, timeout))
                                    }
                                }
                            }
                        }.awaitAll()
                }
                // an OkHttp keeps idle connections for minutes; those that leaked stay all the same
                if (engine == OKHTTP_ENGINE) transport.close()
                withClue("open connections") { eventually(10.seconds) { server.open shouldBe 0 } }
            }
        }
        return server
    }

    private suspend fun check(
        issuer: String,
        call: suspend (String) -> Any,
    ) {
        val (ending, failure) = withTimeout(30.seconds) { ending { call(issuer) } }
        withClue("${failure?.message} <- ${failure?.cause}") { ending shouldBeIn answer.endings }
        if (ending == Ending.NETWORK_ERROR) failure?.cause.shouldNotBeNull()
        if (ending == Ending.NETWORK_ERROR || ending == Ending.TIMEOUT) failure?.message shouldContain issuer
        SECRETS.forAll { secret -> failure?.message.orEmpty() shouldNotContain secret }
    }
}
