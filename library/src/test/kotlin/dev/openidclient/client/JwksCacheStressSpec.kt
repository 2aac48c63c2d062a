package dev.openidclient.client

import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.minutes

private const val ASKING = 2000
private const val GIVING_UP = 400
private const val ROUNDS = 5

class JwksCacheStressSpec :
    FunSpec({
        test("thousands on several threads share one download").config(timeout = 1.minutes) {
            val server = JwksServer()
            val client = server.client()
            val token = token()
            repeat(ROUNDS) { round ->
                val started = AtomicInteger()
                val allStarted = CompletableDeferred<Unit>()
                server.answer = {
                    allStarted.await()
                    keys(TestKeys.rsa)
                }
                withContext(Dispatchers.Default) {
                    repeat(ASKING) {
                        launch {
                            if (started.incrementAndGet() == ASKING) allStarted.complete(Unit)
                            client.jwks.verify(token)
                        }
                    }
                }

                server.downloads shouldBe round + 1
                server.clock.advance(300)
            }
        }

        test(
            "never two download at once, and nobody is left behind, while every second one gives up",
        ).config(timeout = 1.minutes) {
            val inFlight = AtomicInteger()
            val mostInFlight = AtomicInteger()
            val server = JwksServer()
            val client = server.client { timeout = Duration.ZERO }
            val token = token()
            repeat(ROUNDS) {
                val nobodyGivesUp = CompletableDeferred<Unit>()
                server.answer = {
                    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), ::maxOf)
                    try {
                        nobodyGivesUp.await()
                        keys(TestKeys.rsa)
                    } finally {
                        inFlight.decrementAndGet()
                    }
                }
                withContext(Dispatchers.Default) {
                    val calls = List(GIVING_UP) { async { client.jwks.verify(token) } }
                    yield()
                    coroutineScope {
                        calls
                            .filterIndexed {
                                index,
                                _,
                                ->
                                index % 2 == 0
                            }.map { launch { it.cancelAndJoin() } }
                            .joinAll()
                    }
                    nobodyGivesUp.complete(Unit)
                    calls.filterIndexed { index, _ -> index % 2 == 1 }.awaitAll()
                }
                server.clock.advance(300)
            }

            mostInFlight.get() shouldBe 1
        }
    })
