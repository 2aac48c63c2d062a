package dev.openidclient.tokenstore

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.testserver.TestClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import java.time.Instant

private val MINUTE = Duration.ofMinutes(1)

class InMemoryReplayCacheSpec :
    FunSpec({
        val clock = TestClock()

        fun later(): Instant = clock.instant().plus(MINUTE)

        test("a cache full of entries that live takes nothing more, and says so") {
            val cache = InMemoryReplayCache(maximumEntries = 2, clock = clock)
            cache.register("a", later()) shouldBe true
            cache.register("b", later()) shouldBe true
            val full = shouldThrow<ReplayCacheException> { cache.register("c", later()) }
            full.code shouldBe ErrorCode.REPLAY_CACHE_FAILED
            full.message shouldBe
                "the replay cache is full: all of its 2 entries live still (maximumEntries)"
            cache.register("a", later()) shouldBe false
        }

        test("what is over makes room in a full cache") {
            val cache = InMemoryReplayCache(maximumEntries = 2, clock = clock)
            cache.register("a", later().plus(MINUTE))
            cache.register("b", later())
            clock.advance(MINUTE)
            cache.register("c", later()) shouldBe true
            cache.register("a", later()) shouldBe false
            shouldThrow<ReplayCacheException> { cache.register("b", later()) }
        }

        test("what is over is forgotten, whichever key comes next") {
            val cache = InMemoryReplayCache(clock = clock)
            repeat(1_000) { cache.register("key-$it", later()) }
            clock.advance(MINUTE)
            cache.register("another", later())
            cache.size shouldBe 1
        }

        test("what is over when it comes takes no room") {
            val cache = InMemoryReplayCache(maximumEntries = 1, clock = clock)
            cache.register("a", clock.instant()) shouldBe true
            cache.size shouldBe 0
        }

        test("an entry ends to the nanosecond, and one that never ends lives") {
            val cache = InMemoryReplayCache(clock = clock)
            cache.register("a", clock.instant().plusNanos(1))
            cache.register("b", Instant.MAX)
            cache.register("a", later()) shouldBe false
            clock.advance(Duration.ofNanos(1))
            cache.register("a", later()) shouldBe true
            clock.advance(Duration.ofDays(50_000))
            cache.register("b", Instant.MAX) shouldBe false
        }

        test("of a crowd on all threads one is the first") {
            val cache = InMemoryReplayCache(clock = clock)
            val answers =
                coroutineScope {
                    List(10_000) { async(Dispatchers.Default) { cache.register("key-${it % 100}", later()) } }
                }.awaitAll()
            answers.count { it } shouldBe 100
        }

        test("by default it holds 100 000 entries, by the clock of the machine") {
            InMemoryReplayCache().toString() shouldBe "InMemoryReplayCache(0 of 100000 entries)"
            InMemoryReplayCache().register("a", Instant.now().minus(MINUTE)) shouldBe true
        }

        test("a maximum that is not positive is refused") {
            shouldThrow<IllegalArgumentException> { InMemoryReplayCache(0) }.message shouldBe
                "maximumEntries must be positive, but is 0"
        }
    })
