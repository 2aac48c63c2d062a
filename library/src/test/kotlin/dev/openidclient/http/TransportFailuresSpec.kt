package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.network.sockets.ConnectTimeoutException
import io.ktor.client.plugins.HttpRequestTimeoutException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import java.io.EOFException
import java.io.IOException
import java.io.InterruptedIOException
import java.net.ConnectException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.net.http.HttpConnectTimeoutException
import java.net.http.HttpTimeoutException
import java.nio.channels.UnresolvedAddressException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertificateException
import java.security.cert.CertificateExpiredException
import java.security.cert.CertificateNotYetValidException
import javax.net.ssl.SSLException
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLPeerUnverifiedException
import kotlin.time.Duration.Companion.seconds

private val REQUEST = HttpRequest("POST", "https://a/token?code=SplxlOBeZQQYbYS6WxSbIA")

class TransportFailuresSpec :
    FunSpec({
        suspend fun failureOf(cause: Exception) =
            shouldThrow<TransportException> { mappingFailures(REQUEST) { throw cause } }

        val networkErrors =
            listOf(
                IOException("broken"),
                EOFException(),
                ConnectException("refused"),
                UnknownHostException("a"),
                SSLHandshakeException("untrusted"),
                CertificateException("untrusted"),
                UnresolvedAddressException(),
                IllegalStateException("truncated"),
                NumberFormatException("a broken status"),
            )
        for (cause in networkErrors) {
            test("${cause.javaClass.simpleName} is a network error") {
                val thrown = failureOf(cause)
                thrown.code shouldBe ErrorCode.NETWORK_ERROR
                thrown.cause shouldBeSameInstanceAs cause
            }
        }

        val timeouts =
            listOf(
                SocketTimeoutException("read"),
                ConnectTimeoutException("connect"),
                HttpRequestTimeoutException("https://a/", 1),
                HttpTimeoutException("request"),
                HttpConnectTimeoutException("connect"),
            )
        for (cause in timeouts) {
            test("${cause.javaClass.simpleName} is a timeout") {
                val thrown = failureOf(cause)
                thrown.code shouldBe ErrorCode.TIMEOUT
                thrown.cause shouldBeSameInstanceAs cause
            }

            test("${cause.javaClass.simpleName} that cancelled the engine's call is a timeout") {
                failureOf(CancellationException("request was cancelled", cause)).code shouldBe ErrorCode.TIMEOUT
            }
        }

        test("the message names method, URL without query, and the kind of failure, not its text") {
            failureOf(IOException("code=SplxlOBeZQQYbYS6WxSbIA")).message shouldBe
                "no answer from POST https://a/token: IOException"
        }

        val stages =
            mapOf(
                ConnectException("refused") to "no connection for",
                SSLHandshakeException("untrusted") to "no TLS connection for",
                SSLPeerUnverifiedException("another host") to "no TLS connection for",
                CertificateException("untrusted") to "no TLS connection for",
                SSLException("broken record") to "no answer from",
                EOFException() to "no answer from",
            )
        for ((cause, stage) in stages) {
            test("the message says \"$stage\" where the cause is ${cause.javaClass.simpleName}") {
                failureOf(cause).message shouldBe "$stage POST https://a/token: ${cause.javaClass.simpleName}"
            }
        }

        for (cause in listOf(UnknownHostException("a"), UnresolvedAddressException())) {
            test("the message names a host that is unknown: ${cause.javaClass.simpleName}") {
                failureOf(cause).message shouldBe
                    "no connection for POST https://a/token: ${cause.javaClass.simpleName}, the host \"a\" " +
                    "is unknown here: where the server has another name in this network, mapOrigin(…) says so"
            }
        }

        test("the message names a host that is unknown where the engine only says so in the cause") {
            failureOf(ConnectException().apply { initCause(UnresolvedAddressException()) }).message shouldBe
                "no connection for POST https://a/token: ConnectException, the host \"a\" is unknown here: " +
                "where the server has another name in this network, mapOrigin(…) says so"
        }

        test("the message names the way to trust the authority that issued the server's certificate") {
            val untrusted = SSLHandshakeException("PKIX").apply { initCause(CertPathBuilderException("no path")) }

            failureOf(untrusted).message shouldBe
                "no TLS connection for POST https://a/token: SSLHandshakeException, no trusted authority has issued " +
                "the server's certificate: tls { trustPem(…) } names one of your own"
        }

        for (outOfDate in listOf(CertificateExpiredException("old"), CertificateNotYetValidException("new"))) {
            test("the message says that the certificate is out of date: ${outOfDate.javaClass.simpleName}") {
                failureOf(SSLHandshakeException("PKIX").apply { initCause(outOfDate) }).message shouldBe
                    "no TLS connection for POST https://a/token: SSLHandshakeException, the server's certificate is " +
                    "out of date, or the clock here is wrong"
            }
        }

        test("a transport that is closed says so, and that nothing was sent") {
            failureOf(IOException(CLOSED)).message shouldBe
                "no connection for POST https://a/token: the client, or its transport, is closed"
            failureOf(IOException(CLOSED)).reached shouldBe Reached.NO
        }

        val reached =
            mapOf(
                ConnectException("refused") to Reached.NO,
                UnknownHostException("a") to Reached.NO,
                UnresolvedAddressException() to Reached.NO,
                SSLHandshakeException("untrusted") to Reached.NO,
                CertificateException("untrusted") to Reached.NO,
                ConnectTimeoutException("connect") to Reached.NO,
                HttpConnectTimeoutException("connect") to Reached.NO,
                SocketTimeoutException("read") to Reached.UNKNOWN,
                HttpTimeoutException("request") to Reached.UNKNOWN,
                EOFException() to Reached.UNKNOWN,
                SSLException("broken record") to Reached.UNKNOWN,
            )
        for ((cause, how) in reached) {
            test("${cause.javaClass.simpleName} says that the request reached the server: $how") {
                failureOf(cause).reached shouldBe how
            }
        }

        test("an answer that had begun says that the request reached the server") {
            shouldThrow<TransportException> {
                mappingFailures(REQUEST) {
                    headReceived()
                    throw EOFException()
                }
            }.reached shouldBe Reached.ANSWERED
        }

        test("what an engine finds wrong with a request is told without its secrets") {
            val e =
                shouldThrow<IllegalArgumentException> {
                    mappingFailures(REQUEST) { throw IllegalArgumentException("unsupported URI ${REQUEST.url}") }
                }
            e.stackTraceToString() shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
        }

        val hidden =
            mapOf(
                "in a suppressed exception" to IOException("reset").apply { addSuppressed(IOException(REQUEST.url)) },
                "in another case" to IOException("reset", IOException(REQUEST.url.uppercase())),
            )
        for ((where, cause) in hidden) {
            test("a secret $where is not told") {
                val told = failureOf(cause).stackTraceToString()

                told shouldContain "reset"
                told.lowercase() shouldNotContain "splxlobezqqybys6wxsbia"
            }
        }

        test("OkHttp's timeout for a whole call is a timeout, an interruption of another kind is none") {
            failureOf(InterruptedIOException("timeout")).code shouldBe ErrorCode.TIMEOUT
            failureOf(InterruptedIOException("executor rejected")).code shouldBe ErrorCode.NETWORK_ERROR
        }

        context("a transport of one's own tells") {
            val told =
                mapOf(
                    (Reached.NO to ConnectException("x")) to "no connection for POST https://a/token: ConnectException",
                    (Reached.NO to SocketTimeoutException("x")) to
                        "no connection for POST https://a/token: SocketTimeoutException",
                    (Reached.NO to SSLHandshakeException("x")) to
                        "no TLS connection for POST https://a/token: SSLHandshakeException",
                    (Reached.UNKNOWN to ConnectException("x")) to
                        "no answer from POST https://a/token: ConnectException",
                    (Reached.ANSWERED to EOFException("x")) to
                        "an incomplete answer from POST https://a/token: EOFException",
                )
            for ((given, message) in told) {
                val (reached, cause) = given
                test("that ${cause.javaClass.simpleName} left the request at $reached") {
                    val failure = TransportFailures.noAnswer(REQUEST, cause, reached)
                    failure.message shouldBe message
                    failure.reached shouldBe reached
                    failure.cause shouldBeSameInstanceAs cause
                    failure.request shouldBe "POST https://a/token"
                }
            }

            test("more than the name of an exception, and no secret") {
                val cause = IOException("SplxlOBeZQQYbYS6WxSbIA")
                val failure = TransportFailures.noAnswer(REQUEST, cause, Reached.NO, "the proxy answered 407")
                failure.message shouldBe "no connection for POST https://a/token: the proxy answered 407"
                failure.stackTraceToString() shouldNotContain "SplxlOBeZQQYbYS6WxSbIA"
            }

            test("that a body is too large, with status, headers and the bound") {
                val failure = TransportFailures.bodyTooLarge(REQUEST, 200, HttpHeaders.of("x-a" to "1"))
                failure.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                failure.message shouldContain "${REQUEST.maximumResponseSize} bytes"
                failure.status shouldBe 200
                failure.headers["x-a"] shouldBe listOf("1")
                failure.reached shouldBe Reached.ANSWERED
            }
        }

        test("the message says that an answer had begun, whatever broke it") {
            shouldThrow<TransportException> {
                mappingFailures(REQUEST) {
                    headReceived()
                    throw ConnectException("reset")
                }
            }.message shouldBe "an incomplete answer from POST https://a/token: ConnectException"
        }

        test("an IllegalArgumentException of an engine that has the request is a network error") {
            shouldThrow<TransportException> {
                mappingFailures(REQUEST) {
                    handedOver()
                    throw IllegalArgumentException("invalid TLS record")
                }
            }.code shouldBe ErrorCode.NETWORK_ERROR
        }

        test("the message shows no control characters of the URL") {
            shouldThrow<TransportException> {
                mappingFailures(HttpRequest("GET", "https://a/\n")) { throw IOException() }
            }.message shouldNotContain "\n"
        }

        test("what is no failure of the network stays as it is") {
            shouldThrow<IllegalArgumentException> {
                mappingFailures(REQUEST) { throw IllegalArgumentException("a bug") }
            }.message shouldBe "a bug"
        }

        test("an answer that breaks the protocol stays as it is") {
            shouldThrow<InvalidResponseException> { mappingFailures(REQUEST) { throw bodyTooLarge(200, 1) } }
        }

        test("a TransportException of a caller's own transport stays as it is") {
            val own = TransportException(ErrorCode.TIMEOUT, "own")
            shouldThrow<TransportException> { mappingFailures(REQUEST) { throw own } } shouldBeSameInstanceAs own
        }

        test("a timeout within a caller's own transport is a timeout") {
            runTest {
                shouldThrow<TransportException> {
                    mappingFailures(REQUEST) { withTimeout(1.seconds) { awaitCancellation() } }
                }.code shouldBe ErrorCode.TIMEOUT
            }
        }

        test("a cancellation that is not the caller's, as of a closed engine, is a network error") {
            failureOf(CancellationException("client is closed")).code shouldBe ErrorCode.NETWORK_ERROR
        }

        test("the caller's cancellation stays cancellation") {
            runTest {
                val started = CompletableDeferred<Unit>()
                val call =
                    async {
                        mappingFailures(REQUEST) {
                            started.complete(Unit)
                            awaitCancellation()
                        }
                    }
                started.await()
                call.cancelAndJoin()

                shouldThrow<CancellationException> { call.await() }
            }
        }

        test("a timeout around the call stays that timeout") {
            runTest {
                shouldThrow<TimeoutCancellationException> {
                    withTimeout(1.seconds) { mappingFailures(REQUEST) { awaitCancellation() } }
                }
            }
        }

        test("a failure after the caller's cancellation is no failure of the network") {
            runTest {
                var thrown: Throwable? = null
                coroutineScope {
                    launch {
                        try {
                            mappingFailures(REQUEST) {
                                try {
                                    awaitCancellation()
                                } finally {
                                    // what an engine makes of its cancelled call
                                    throw CancellationException("closed", IOException())
                                }
                            }
                        } catch (e: Exception) {
                            thrown = e
                        }
                    }.also {
                        testScheduler.advanceUntilIdle()
                        it.cancelAndJoin()
                    }
                }
                (thrown is CancellationException) shouldBe true
            }
        }

        test("the message of a cancelled engine shows its cause's kind") {
            failureOf(CancellationException("x", SocketTimeoutException())).message shouldContain
                "SocketTimeoutException"
        }
    })
