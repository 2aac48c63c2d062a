package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.testing.ISSUER
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.lang.management.ManagementFactory
import java.time.Duration
import java.time.temporal.ChronoUnit
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.time.Duration.Companion.seconds

private val LONG = Duration.ofMinutes(1)
private val SHORT = Duration.ofMillis(20)
private val REQUEST = HttpRequest("GET", "$ISSUER/a")

class DeadlinesSpec :
    FunSpec({
        val deadlines = Deadlines()

        afterTest { deadlines.endIfIdle() }

        context("a deadline") {
            test("is met while the thread sleeps until a later one") {
                val met = CountDownLatch(1)
                val later = deadlines.after(LONG) {}
                deadlines.threadAsleep()
                deadlines.after(SHORT) { met.countDown() }

                met.await(10, TimeUnit.SECONDS).shouldBeTrue()
                later.cancel()
            }

            test("comes before one that is later, whatever was made first") {
                val seen = mutableListOf<Int>()
                val done = CountDownLatch(3)
                for (number in listOf(3, 1, 2)) {
                    deadlines.after(SHORT.multipliedBy(number.toLong())) {
                        seen += number
                        done.countDown()
                    }
                }

                done.await(10, TimeUnit.SECONDS).shouldBeTrue()
                seen shouldBe listOf(1, 2, 3)
            }

            test("that was cancelled is not met") {
                val seen = mutableListOf<String>()
                val done = CountDownLatch(1)
                deadlines.after(SHORT) { seen += "cancelled" }.cancel()
                deadlines.after(SHORT.multipliedBy(2)) { done.countDown() }

                done.await(10, TimeUnit.SECONDS).shouldBeTrue()
                seen.shouldBeEmpty()
            }

            test("that is later than the one waited for wakes nobody, and neither does its end") {
                val first = deadlines.after(LONG) {}
                val thread = deadlines.threadAsleep()
                val before = waits(thread)

                repeat(100) { deadlines.after(LONG) {}.cancel() }
                first.cancel()
                repeat(100) { deadlines.after(LONG) {}.cancel() }

                waits(thread) shouldBe before
            }

            test("may be further away than time can be counted") {
                val far = deadlines.after(ChronoUnit.FOREVER.duration) {}
                val met = CountDownLatch(1)
                deadlines.after(SHORT) { met.countDown() }

                met.await(10, TimeUnit.SECONDS).shouldBeTrue()
                far.cancel()
            }

            test("that fails does not take the others with it") {
                val met = CountDownLatch(1)
                val failed = CompletableFuture<Throwable>()
                val later = deadlines.after(LONG) {}
                deadlines.threadAsleep().setUncaughtExceptionHandler { _, failure -> failed.complete(failure) }
                deadlines.after(SHORT) { error("a defect") }
                deadlines.after(SHORT.multipliedBy(2)) { met.countDown() }

                met.await(10, TimeUnit.SECONDS).shouldBeTrue()
                failed.get(10, TimeUnit.SECONDS).message shouldBe "a defect"
                later.cancel()
            }
        }

        context("the thread") {
            test("is a daemon without the class loader of who starts it") {
                val own = deadlines.after(LONG) {}
                val thread = deadlines.threadAsleep()

                thread.isDaemon shouldBe true
                thread.contextClassLoader shouldBe null
                own.cancel()
            }

            test("ends at once where a client is closed and nothing is pending, and starts again") {
                deadlines.after(LONG) {}.cancel()
                val thread = deadlines.threadAsleep()
                deadlines.endIfIdle()
                eventually(10.seconds) { thread.isAlive shouldBe false }
                val met = CountDownLatch(1)
                deadlines.after(SHORT) { met.countDown() }

                met.await(10, TimeUnit.SECONDS).shouldBeTrue()
            }

            test("stays where something is pending") {
                val met = CountDownLatch(1)
                deadlines.after(SHORT) { met.countDown() }
                deadlines.endIfIdle()

                met.await(10, TimeUnit.SECONDS).shouldBeTrue()
            }
        }

        context("on threads a request") {
            for ((name, dispatcher) in listOf("Default" to Dispatchers.Default, "IO" to Dispatchers.IO)) {
                test("ends when its time is up: $name") {
                    withContext(dispatcher) {
                        shouldThrow<TransportException> { send { awaitCancellation() } }.code shouldBe ErrorCode.TIMEOUT
                    }
                }
            }

            test("is told that its time is up on another thread than that of the deadlines") {
                val told = CompletableFuture<Thread>()
                withContext(Dispatchers.Default) {
                    shouldThrow<TransportException> { send(transport = telling(told)) }
                }
                val thread = told.get(10, TimeUnit.SECONDS)

                thread.name shouldBe "openid-client-timeout"
                thread.isDaemon shouldBe true
                thread.contextClassLoader shouldBe null
            }

            test("may block whoever runs it in place when its time is up, and holds up no other") {
                val thread =
                    withContext(Executor(Runnable::run).asCoroutineDispatcher()) {
                        shouldThrow<TransportException> { send(SHORT.multipliedBy(10)) { awaitCancellation() } }
                        val other = CountDownLatch(1)
                        Deadlines.OF_ALL.after(SHORT) { other.countDown() }
                        other.await(10, TimeUnit.SECONDS).shouldBeTrue()
                        Thread.currentThread().name
                    }

                thread shouldNotBe "openid-client-deadlines"
            }

            test("hangs up when its time is up, also where all threads of its own are busy") {
                val executor = Executors.newSingleThreadExecutor()
                val told = CompletableFuture<Thread>()
                val isToldInTime = CompletableFuture<Boolean>()
                executor.asCoroutineDispatcher().use { dispatcher ->
                    withContext(dispatcher) {
                        executor.execute {
                            val thread =
                                try {
                                    told.get(10, TimeUnit.SECONDS)
                                } catch (_: TimeoutException) {
                                    null
                                }
                            isToldInTime.complete(thread != null)
                        }
                        shouldThrow<TransportException> { send(transport = telling(told)) }
                    }
                }

                isToldInTime.get(10, TimeUnit.SECONDS).shouldBeTrue()
            }

            test("hangs up when its time is up, also where its own threads take nothing more") {
                val executor = Executors.newSingleThreadExecutor()
                val told = CompletableFuture<Thread>()
                executor.asCoroutineDispatcher().use { dispatcher ->
                    withContext(Dispatchers.IO) {
                        launch(dispatcher) {
                            try {
                                send(transport = telling(told) { executor.shutdown() })
                            } catch (_: TransportException) {
                                // or cancelled, as there is no thread to tell it on
                            }
                        }.join()
                    }
                }

                told.get(10, TimeUnit.SECONDS).name shouldBe "openid-client-timeout"
            }

            for (dispatcher in listOf(Dispatchers.Default, Dispatchers.IO.limitedParallelism(1))) {
                test("that is answered while its time is up has its answer, on $dispatcher") {
                    withContext(dispatcher) {
                        val late = CountDownLatch(1)
                        val response =
                            send {
                                // blocks, as it should not, and so does not hear of the end of its time
                                Deadlines.OF_ALL.after(SHORT.multipliedBy(5)) { late.countDown() }
                                late.await(10, TimeUnit.SECONDS)
                                HttpResponse(200)
                            }

                        response.status shouldBe 200
                    }
                }
            }

            test("that is answered leaves no deadline behind") {
                val before = deadlinesPending()
                withContext(Dispatchers.Default) { send(LONG) { HttpResponse(200) }.status shouldBe 200 }

                deadlinesPending() shouldBe before
            }

            test("stays cancelled where its caller is") {
                val cancelled = CompletableFuture<CancellationException>()
                withContext(Dispatchers.Default) {
                    val waiting = CompletableFuture<Unit>()
                    val call =
                        async {
                            try {
                                send(LONG) {
                                    waiting.complete(Unit)
                                    awaitCancellation()
                                }
                            } catch (e: CancellationException) {
                                cancelled.complete(e)
                                throw e
                            }
                        }
                    waiting.get(10, TimeUnit.SECONDS)
                    call.cancel(CancellationException("enough"))
                }

                cancelled.get(10, TimeUnit.SECONDS).message shouldBe "enough"
            }

            test("ends with its caller's own timeout where that is first") {
                withContext(Dispatchers.Default) {
                    shouldThrowExactly<TimeoutCancellationException> {
                        withTimeout(20) { send(LONG) { awaitCancellation() } }
                    }
                }
            }
        }
    })

private suspend fun send(
    timeout: Duration = SHORT,
    transport: HttpTransport,
): HttpResponse =
    Connection
        .open {
            this.transport = transport
            this.timeout = timeout
        }.send(REQUEST)

/** Answers nothing, and completes [told] with the thread on which it is cancelled. */
private fun telling(
    told: CompletableFuture<Thread>,
    started: () -> Unit = {},
) = HttpTransport {
    suspendCancellableCoroutine { waiting ->
        waiting.invokeOnCancellation { told.complete(Thread.currentThread()) }
        started()
    }
}

/** Its thread, once it sleeps. */
private suspend fun Deadlines.threadAsleep(): Thread {
    val field = Deadlines::class.java.getDeclaredField("sleeper").apply { isAccessible = true }
    val thread = (field.get(this) as Thread?).shouldNotBeNull()
    eventually(10.seconds) { thread.state shouldBe Thread.State.TIMED_WAITING }
    return thread
}

private fun deadlinesPending(): Int {
    val field = Deadlines::class.java.getDeclaredField("pending").apply { isAccessible = true }
    return synchronized(Deadlines.OF_ALL) { (field.get(Deadlines.OF_ALL) as Set<*>).size }
}

private fun waits(thread: Thread): Long = ManagementFactory.getThreadMXBean().getThreadInfo(thread.id).waitedCount
