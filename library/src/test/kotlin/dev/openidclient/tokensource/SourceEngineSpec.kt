package dev.openidclient.tokensource

import dev.openidclient.client.logged
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.event.ClientListener
import dev.openidclient.event.TokenEvent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import java.time.Duration
import java.time.temporal.ChronoUnit
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.CoroutineContext

class SourceEngineSpec :
    FunSpec({
        test("where no renewal can run, who asks is told so, and nobody waits for ever") {
            runTest {
                val world = TokenWorld(this)
                var isBroken = true
                val dispatcher =
                    object : CoroutineDispatcher() {
                        override fun dispatch(
                            context: CoroutineContext,
                            block: Runnable,
                        ) {
                            if (isBroken) error("no thread")
                            Dispatchers.Default.dispatch(context, block)
                        }
                    }
                val orders = world.service { coroutineContext = dispatcher }.source()
                repeat(2) {
                    shouldThrow<IllegalStateException> { withTimeout(1_000) { orders.token() } }.message shouldContain
                        "coroutineContext"
                }
                isBroken = false
                val tokens = runBlocking { orders.token() }
                // it is stale, and handed out although it cannot be renewed
                isBroken = true
                delay(3_400_000)
                orders.token() shouldBe tokens
            }
        }

        test("an executor that rejects is told apart from a closed source") {
            runTest {
                val world = TokenWorld(this)
                val service = world.service { executor { throw RejectedExecutionException() } }
                val orders = service.source()
                runBlocking {
                    shouldThrow<IllegalStateException> { withTimeout(5_000) { orders.token() } }.message shouldContain
                        "executor"
                }
                service.close()
                shouldThrow<IllegalStateException> { orders.token() }.message shouldBe "the token source is closed"
            }
        }

        test("a listener that throws an Error disturbs nobody either") {
            runTest {
                val world = TokenWorld(this)
                val client =
                    world.client {
                        listener(
                            object : ClientListener {
                                override fun happened(event: TokenEvent) = TODO("later")
                            },
                        )
                    }
                val orders = ClientCredentialsTokens(client) { world.run { inThisWorld() } }.source()
                orders.token() shouldBe orders.token()
                world.requests shouldBe 1
            }
        }

        test("durations without end are as good as any") {
            runTest {
                val world = TokenWorld(this)
                val endless = ChronoUnit.FOREVER.duration
                val orders =
                    world
                        .service {
                            outageBackOff(endless, endless)
                            configurationBackOff(endless, endless)
                            forcedRenewalInterval = endless
                            longestRetryAfter = endless
                            lifetimeWhenUnknown = endless
                            refreshWindow = endless
                            expiryMargin = endless
                        }.source()
                world.server.tokenEndpoint.failNext(503, retryAfter = Duration.ofSeconds(Long.MAX_VALUE))
                repeat(2) { shouldThrow<OAuthException> { orders.token() } }
                world.requests shouldBe 1
            }
        }

        test("the log tells the class of what is anybody's, and no word of its own") {
            logged(IllegalStateException("very-secret-token")) shouldBe "java.lang.IllegalStateException"
            logged(MetadataException(ErrorCode.MISSING_SERVER_METADATA, "no endpoint")) shouldBe "no endpoint"
        }
    })
