package dev.openidclient.samples.docs

import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import org.slf4j.helpers.NOPLogger

private val REQUEST = HttpRequest("GET", "https://api.example.com/orders")

class EnginesSpec :
    FunSpec({
        val wrapping =
            mapOf<String, (HttpTransport) -> HttpTransport>(
                "Kotlin" to { MeasuredTransport(it, NOPLogger.NOP_LOGGER) },
                "Java" to { Engines.measured(it, NOPLogger.NOP_LOGGER) },
            )
        for ((language, wrap) in wrapping) {
            test("$language: a transport that is wrapped gets the header, once") {
                val sent = mutableListOf<String?>()
                val inner =
                    HttpTransport {
                        sent += it.headers["x-tenant"]
                        HttpResponse(204)
                    }

                wrap(inner).send(REQUEST).status shouldBe 204
                sent shouldContainExactly listOf("a")
            }

            test("$language: a cancellation reaches the transport that is wrapped") {
                val begun = CompletableDeferred<Unit>()
                val cancelled = CompletableDeferred<Unit>()
                val inner =
                    HttpTransport {
                        begun.complete(Unit)
                        try {
                            awaitCancellation()
                        } catch (e: CancellationException) {
                            cancelled.complete(Unit)
                            throw e
                        }
                    }
                val call = async { wrap(inner).send(REQUEST) }
                begun.await()
                call.cancel()
                cancelled.await()
            }
        }
    })
