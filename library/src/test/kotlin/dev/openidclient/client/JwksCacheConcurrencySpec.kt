package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainOnly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.net.SocketTimeoutException
import java.time.Duration

internal const val VERIFIED = "verified"

class JwksCacheConcurrencySpec :
    FunSpec({
        val slowly: suspend () -> HttpResponse = {
            delay(1000)
            keys(TestKeys.rsa)
        }

        context("many who ask at once share one download") {
            for (limit in listOf(Duration.ofSeconds(30), Duration.ZERO)) {
                test("with a timeout of $limit") {
                    runTest {
                        val server = JwksServer(slowly)
                        val client = server.client { timeout = limit }

                        asking(client, 1000).awaitAll().shouldContainOnly(VERIFIED)
                        server.downloads shouldBe 1
                        currentTime shouldBe 1000
                    }
                }
            }

            test("of keys that are too old") {
                runTest {
                    val server = JwksServer()
                    val client = server.client()
                    client.jwks.verify(token())
                    server.clock.advance(300)
                    server.answer = slowly

                    asking(client, 100).awaitAll().shouldContainOnly(VERIFIED)
                    server.downloads shouldBe 2
                }
            }

            test("for an unknown kid") {
                runTest {
                    val server = JwksServer { keys(TestKeys.otherRsa) }
                    val client = server.client()
                    client.jwks.verify(token(TestKeys.otherRsa))
                    server.clock.advance(60)
                    server.answer = slowly

                    asking(client, 100).awaitAll().shouldContainOnly(VERIFIED)
                    server.downloads shouldBe 2
                }
            }

            test("for unknown kids that stay unknown") {
                runTest {
                    val server = JwksServer(slowly)
                    val client = server.client()
                    val calls =
                        List(
                            100,
                        ) { async { shouldThrow<ValidationException> { client.jwks.verify(token(kid = "$it")) } } }

                    calls.awaitAll().map { it.code }.shouldContainOnly(ErrorCode.KEY_SELECTION_FAILED)
                    server.downloads shouldBe 1
                }
            }
        }

        context("a failure") {
            test("of the network is shared by all who wait") {
                runTest {
                    val server =
                        JwksServer {
                            delay(1000)
                            throw IOException()
                        }
                    val client = server.client()
                    val calls = List(100) { async { shouldThrow<TransportException> { client.jwks.verify(token()) } } }

                    calls.awaitAll().map { it.code }.shouldContainOnly(ErrorCode.NETWORK_ERROR)
                    server.downloads shouldBe 1
                }
            }

            test("of the server is shared by all who wait") {
                runTest {
                    val server =
                        JwksServer {
                            delay(1000)
                            response("{}", status = 500)
                        }
                    val client = server.client()
                    val calls =
                        List(100) { async { shouldThrow<InvalidResponseException> { client.jwks.verify(token()) } } }

                    calls.awaitAll().map { it.status }.shouldContainOnly(500)
                    server.downloads shouldBe 1
                }
            }

            test("is not shared by who asks afterwards") {
                runTest {
                    val server = JwksServer { throw IOException() }
                    val client = server.client()
                    List(2) { async { shouldThrow<TransportException> { client.jwks.verify(token()) } } }.awaitAll()
                    server.answer = slowly

                    asking(client, 10).awaitAll().shouldContainOnly(VERIFIED)
                }
            }

            val failures =
                mapOf(
                    "a defect of the transport" to { IllegalArgumentException("a defect") },
                    "a class that is missing" to { NoSuchMethodError("a defect") },
                    "a timeout that the transport itself reports" to { SocketTimeoutException() },
                )
            for ((name, failure) in failures) {
                test("that is $name is shared by all who wait") {
                    runTest {
                        val server =
                            JwksServer {
                                delay(1000)
                                throw failure()
                            }
                        val client = server.client()
                        val calls = List(50) { async { shouldThrowAny { client.jwks.verify(token()) } } }

                        calls.awaitAll().map { it.javaClass }.toSet() shouldHaveSize 1
                        server.downloads shouldBe 1
                        currentTime shouldBe 1000
                    }
                }
            }
        }
    })

internal fun TestScope.asking(
    client: OpenIdClient,
    count: Int,
): List<Deferred<String>> {
    val token = token()
    val calls =
        List(count) {
            async {
                client.jwks.verify(token)
                VERIFIED
            }
        }
    runCurrent()
    return calls
}
