package dev.openidclient.client

import com.sun.management.ThreadMXBean
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.event.ClientListener
import dev.openidclient.event.EventSource
import dev.openidclient.event.Listeners
import dev.openidclient.event.Observation
import dev.openidclient.event.Operation
import dev.openidclient.event.Outcome
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.EVERY_OPERATION
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.KnownSecrets
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import dev.openidclient.testing.RecordingLogger
import dev.openidclient.testing.challenge
import dev.openidclient.testing.connectionTo
import dev.openidclient.testing.everyAnswer
import dev.openidclient.testing.everyClient
import dev.openidclient.testing.everyServer
import dev.openidclient.testing.response
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.revoke
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import org.slf4j.event.Level
import java.io.IOException
import java.lang.management.ManagementFactory
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** Remembers what it hears, in its order. */
private class Recorder(
    private val contextOf: () -> CoroutineContext = { EmptyCoroutineContext },
) : ClientListener {
    val operations = CopyOnWriteArrayList<Operation>()
    val outcomes = CopyOnWriteArrayList<Outcome>()
    val log = CopyOnWriteArrayList<String>()

    override fun started(operation: Operation): Observation {
        operations += operation
        log += "started"
        return object : Observation {
            override val context get() = contextOf()

            override fun finished(outcome: Outcome) {
                outcomes += outcome
                log += "finished"
            }
        }
    }
}

/** Fails wherever it is asked. */
private class FailingListener : ClientListener {
    override fun started(operation: Operation): Observation = error("started")

    override fun happened(event: TokenEvent): Unit = error("happened")
}

private class FailingLater : ClientListener {
    override fun started(operation: Operation): Observation =
        object : Observation {
            override val context: CoroutineContext get() = error("context")

            override fun finished(outcome: Outcome): Unit = error("finished")
        }
}

private val EVENT = TokenEvent.Resent(EventSource(ISSUER, CLIENT_ID, "user", null))

/** How an operation may end, with a secret wherever a server can put one. */
private val ENDINGS: Map<String, suspend (HttpRequest) -> HttpResponse> =
    mapOf(
        "nothing fails" to { everyAnswer(it) },
        "an error of the server's own" to
            {
                response("""{"error":"${KnownSecrets.OTHER}","error_description":"${KnownSecrets.OTHER}"}""", 400)
            },
        "a challenge" to
            {
                HttpResponse(
                    401,
                    HttpHeaders.of(*challenge("Bearer", KnownSecrets.OTHER).toList().toTypedArray()),
                    KnownSecrets.OTHER.encodeToByteArray(),
                )
            },
        "an error page" to { HttpResponse(503, body = KnownSecrets.OTHER.encodeToByteArray()) },
        "another media type" to { HttpResponse(200, HttpHeaders.of("content-type" to "text/${KnownSecrets.OTHER}")) },
        "a broken connection" to { throw IOException(KnownSecrets.OTHER) },
        "a mistake of the transport" to { error(KnownSecrets.OTHER) },
    )

class ListenerSpec :
    FunSpec({
        val recorder = Recorder()

        beforeTest { listOf(recorder.operations, recorder.outcomes, recorder.log).forEach { it.clear() } }

        fun listenedTo(answer: suspend (HttpRequest) -> HttpResponse = ::everyAnswer): Connection =
            connectionTo(answer) { listener(recorder) }

        suspend fun outcomeOf(answer: suspend (HttpRequest) -> HttpResponse): Outcome {
            shouldThrowAny { listenedTo(answer).everyClient().clientCredentialsGrant() }
            return recorder.outcomes.single()
        }

        fun refusal(error: String) = response("""{"error":"$error"}""", 400)

        for ((name, operation) in EVERY_OPERATION) {
            test("a request is told before it is sent, and its end once: $name") {
                val atSending = mutableListOf<List<String>>()
                val connection =
                    listenedTo {
                        atSending += recorder.log.toList()
                        everyAnswer(it)
                    }
                operation(connection)

                val told = recorder.operations.single()
                told.name shouldBe name
                told.issuer shouldBe ISSUER
                told.serverAddress shouldBe if (name == "resource") "api.example.com" else "as.example.com"
                told.serverPort shouldBe if (name == "resource") 8443 else 443
                told.attempt shouldBe 1
                atSending shouldBe listOf(listOf("started"))
                recorder.log shouldBe listOf("started", "finished")
                val outcome = recorder.outcomes.single()
                outcome.status shouldBe if (name in setOf("par", "registration")) 201 else 200
                outcome.errorCode.shouldBeNull()
                outcome.error.shouldBeNull()
                outcome.duration shouldBeGreaterThan Duration.ZERO
            }
        }

        context("no event shows a secret, and each request ends once:") {
            for ((failure, answer) in ENDINGS) {
                for ((name, operation) in EVERY_OPERATION) {
                    test("$name, $failure") {
                        try {
                            operation(listenedTo(answer))
                        } catch (_: OAuthException) {
                            // how it ends is told to the listener
                        } catch (_: IllegalStateException) {
                            // that of the transport
                        }

                        recorder.operations shouldHaveSize 1
                        recorder.outcomes shouldHaveSize 1
                        for (told in recorder.operations) {
                            shouldShowNoSecret(told.name, told.issuer, told.serverAddress, "$told")
                        }
                        for (told in recorder.outcomes) shouldShowNoSecret(told.errorCode, told.error, "$told")
                    }
                }
            }
        }

        context("the outcome of") {
            test("an error of the server has status, code and error") {
                val outcome = outcomeOf { refusal("invalid_grant") }

                outcome.status shouldBe 400
                outcome.errorCode shouldBe ErrorCode.RESPONSE_BODY_ERROR
                outcome.error shouldBe "invalid_grant"
            }

            test("an error that is not registered is other") {
                outcomeOf { refusal("invalid_grant_of_my_own") }.error shouldBe "other"
            }

            test("a challenge has its error") {
                val challenge =
                    HttpResponse(401, HttpHeaders.of("www-authenticate" to "Bearer error=\"invalid_token\""))
                shouldThrow<OAuthException> { listenedTo { challenge }.everyClient().userInfo("t", "s") }
                val outcome = recorder.outcomes.single()

                outcome.status shouldBe 401
                outcome.errorCode shouldBe ErrorCode.WWW_AUTHENTICATE_CHALLENGE
                outcome.error shouldBe "invalid_token"
            }

            test("an answer that is none of the protocol has status and code") {
                val outcome = outcomeOf { HttpResponse(503) }

                outcome.status shouldBe 503
                outcome.errorCode shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
            }

            test("an answer that is too large has its status") {
                val connection =
                    connectionTo({ HttpResponse(203, body = ByteArray(9)) }) {
                        maximumResponseSize = 8
                        listener(recorder)
                    }
                shouldThrow<OAuthException> { connection.everyClient().clientCredentialsGrant() }

                recorder.outcomes.single().status shouldBe 203
            }

            test("a failure of the network has its code, and no status") {
                val outcome = outcomeOf { throw IOException() }

                outcome.status.shouldBeNull()
                outcome.errorCode shouldBe ErrorCode.NETWORK_ERROR
                outcome.error.shouldBeNull()
            }

            test("a transport that fails in any way is one of the network") {
                outcomeOf { error("own") }.errorCode shouldBe ErrorCode.NETWORK_ERROR
            }

            test("a timeout has its code") {
                runTest {
                    outcomeOf { awaitCancellation() }.errorCode shouldBe ErrorCode.TIMEOUT
                }
            }

            test("a caller that gives up is CANCELLED") {
                runTest {
                    val call =
                        launch { listenedTo { awaitCancellation() }.everyClient().clientCredentialsGrant() }
                    testScheduler.runCurrent()
                    call.cancel()
                    call.join()

                    recorder.outcomes.single().errorCode shouldBe Outcome.CANCELLED
                    recorder.outcomes.single().status.shouldBeNull()
                }
            }

            test("metadata of another issuer is what discovery says of it") {
                val connection = listenedTo { response("""{"issuer":"https://other.example.com"}""") }
                shouldThrow<OAuthException> {
                    OpenIdClient.discover(ISSUER, CLIENT_ID) { this.connection = connection }
                }

                recorder.outcomes.single().errorCode shouldBe ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED
                recorder.outcomes.single().status shouldBe 200
            }

            test("a JWK Set that is none has its code") {
                shouldThrow<OAuthException> {
                    EVERY_OPERATION.getValue("jwks")(listenedTo { response("[]") })
                }

                recorder.outcomes.single().errorCode shouldBe ErrorCode.INVALID_RESPONSE
            }
        }

        context("the attempt") {
            fun Connection.proving() = everyClient().withDpop(Dpop(SigningKey.generate("ES256")))

            fun nonce(number: Int) =
                HttpResponse(
                    400,
                    HttpHeaders.of("content-type" to "application/json", "dpop-nonce" to "n$number"),
                    """{"error":"use_dpop_nonce"}""".encodeToByteArray(),
                )

            test("with a nonce that the server wants is the second") {
                var count = 0
                listenedTo { if (count++ == 0) nonce(1) else everyAnswer(it) }.proving().clientCredentialsGrant()

                recorder.operations.map { it.attempt } shouldBe listOf(1, 2)
                recorder.outcomes.map { it.error } shouldBe listOf("use_dpop_nonce", null)
                recorder.log shouldBe listOf("started", "finished", "started", "finished")
            }

            test("with a proof that the server wants is the second, with its nonce the third") {
                var count = 0
                listenedTo { if (count++ < 2) nonce(count) else everyAnswer(it) }.proving().introspect("t")

                recorder.operations.map { it.attempt } shouldBe listOf(1, 2, 3)
            }

            test("of the next request is the first again") {
                val client = listenedTo().everyClient()
                repeat(2) { client.revoke("t") }

                recorder.operations.map { it.attempt } shouldBe listOf(1, 1)
            }
        }

        context("an operation") {
            test("has no issuer where a metadata document is asked for, which may be anybody's") {
                OpenIdClient.discover("$ISSUER/.well-known/openid-configuration?a=b", CLIENT_ID) {
                    connection = listenedTo { everyAnswer(it.withUrl("$ISSUER/.well-known/openid-configuration")) }
                }

                recorder.operations.single().issuer.shouldBeNull()
            }

            test("has the address of an IPv6 host without brackets, and its port") {
                OpenIdClient(everyServer("https://[::1]:8443"), CLIENT_ID) {
                    transport = HttpTransport { everyAnswer(it) }
                    listener(recorder)
                }.clientCredentialsGrant()

                recorder.operations.single().serverAddress shouldBe "::1"
                recorder.operations.single().serverPort shouldBe 8443
            }
        }

        context("the context of an observation") {
            suspend fun contextAtSending(vararg listeners: ClientListener): CoroutineContext {
                var seen: CoroutineContext? = null
                connectionTo({
                    seen = currentCoroutineContext()
                    everyAnswer(it)
                }) { listeners.forEach { listener(it) } }.everyClient().clientCredentialsGrant()
                return seen.shouldNotBeNull()
            }

            fun named(name: String) = Recorder { CoroutineName(name) }

            test("is there while the request is sent") {
                contextAtSending(named("a"))[CoroutineName]?.name shouldBe "a"
            }

            test("is that of all listeners, of the last where they bring the same") {
                contextAtSending(named("a"), Recorder(), named("b"))[CoroutineName]?.name shouldBe "b"
            }

            test("does not move the request to another dispatcher, or under another job") {
                val before = currentCoroutineContext()
                val cancelled = Job().apply { cancel() }
                val seen = contextAtSending(Recorder { Dispatchers.Unconfined + cancelled })

                seen[ContinuationInterceptor] shouldBeSameInstanceAs before[ContinuationInterceptor]
            }
        }

        test("the context of work that a caller sets off is there while that runs: discovery, and a renewal") {
            class SettingOff : ClientListener {
                override fun backgroundContext(): CoroutineContext =
                    CoroutineName("set off") + Dispatchers.Unconfined + Job()
            }
            runTest {
                val server = TestAuthorizationServer()
                val here = backgroundScope.coroutineContext
                val seen = mutableListOf<CoroutineContext>()
                val client =
                    OpenIdClient.lazily(server.issuer, "app") {
                        clientSecret("secret")
                        transport =
                            HttpTransport {
                                seen += currentCoroutineContext()
                                server.send(it)
                            }
                        listener(SettingOff())
                        coroutineContext = here
                    }
                ClientCredentialsTokens(client) { coroutineContext = here }.source().token()

                seen.map { it[CoroutineName]?.name } shouldBe listOf("set off", "set off")
                seen.map { it[ContinuationInterceptor] }.toSet() shouldBe setOf(here[ContinuationInterceptor])
            }
        }

        context("a listener that fails") {
            test("keeps no renewal from running") {
                class Failing : ClientListener {
                    override fun backgroundContext(): CoroutineContext = error("background")
                }
                val connection = connectionTo { listener(Failing()) }
                ClientCredentialsTokens(connection.everyClient()).use { it.source().token() }
            }

            test("ends nothing, and the others hear") {
                val connection =
                    connectionTo {
                        listener(FailingListener())
                        listener(FailingLater())
                        listener(recorder)
                    }
                connection.everyClient().clientCredentialsGrant()
                connection.listeners.shouldNotBeNull().happened(EVENT)

                recorder.log shouldBe listOf("started", "finished")
            }

            test("does not hide how the request failed") {
                val connection = connectionTo({ throw IOException() }) { listener(FailingLater()) }

                shouldThrow<OAuthException> { connection.everyClient().clientCredentialsGrant() }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }

            test("is logged once for its class, as a warning") {
                class FailingTwice : ClientListener {
                    override fun happened(event: TokenEvent): Unit = error("twice")
                }
                val logger = RecordingLogger()
                val listeners = Listeners.of(listOf(FailingTwice(), FailingTwice()), logger).shouldNotBeNull()
                repeat(2) { listeners.happened(EVENT) }

                val line = logger.lines.single()
                line.level shouldBe Level.WARN
                line.message shouldBe "${FailingTwice::class.java.name} failed, and is not reported again"
                line.cause?.message shouldBe "twice"
            }
        }

        test("without a listener nothing is made for one") {
            val connection = connectionTo()
            val request = HttpRequest("POST", "$ISSUER/token")
            connection.listeners.shouldBeNull()
            val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
            val rounds = 10_000
            val before = threads.getThreadAllocatedBytes(Thread.currentThread().id)
            var made = 0
            repeat(rounds) { if (Watch.of(connection, request, Purpose.JWKS, ISSUER, attempt = 1) != null) made++ }
            val bytes = threads.getThreadAllocatedBytes(Thread.currentThread().id) - before

            made shouldBe 0
            withClue("$bytes bytes in $rounds rounds") { (bytes < rounds) shouldBe true }
        }

        test("a listener hears of the requests of every client that shares its connection") {
            val connection = listenedTo()
            repeat(2) { connection.everyClient().clientCredentialsGrant() }

            recorder.operations shouldHaveSize 2
        }

        test("a call that is refused before it is sent is told to nobody") {
            val connection =
                connectionTo {
                    permitUrl { false }
                    listener(recorder)
                }
            shouldThrow<OAuthException> { connection.everyClient().clientCredentialsGrant() }
            shouldThrow<OAuthException> {
                OpenIdClient(everyServer("http://as.example.com"), CLIENT_ID) { this.connection = connection }
                    .clientCredentialsGrant()
            }

            recorder.operations.shouldBeEmpty()
        }

        test("several listeners of a client hear the same") {
            val other = Recorder()
            OpenIdClient(everyServer(), CLIENT_ID) {
                transport = HttpTransport { everyAnswer(it) }
                listener(recorder).listener(other)
            }.clientCredentialsGrant()

            other.operations.single() shouldBeSameInstanceAs recorder.operations.single()
        }
    })
