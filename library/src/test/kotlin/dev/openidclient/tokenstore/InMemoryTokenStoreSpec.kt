package dev.openidclient.tokenstore

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

private val DAY = Duration.ofDays(1)
private val LEASE = Duration.ofSeconds(15)

private class MovedClock : Clock() {
    var now: Instant = Instant.parse("2026-11-30T08:00:00Z")

    override fun instant(): Instant = now

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = this
}

class InMemoryTokenStoreSpec :
    FunSpec({
        val clock = MovedClock()

        fun store(maximum: Int = 10) = InMemoryTokenStore(maximum, clock)

        test("an entry is there until its lifetime is over") {
            val store = store()
            store.load("a").shouldBeNull()
            store.put("a", "value", DAY)
            store.load("a")?.value shouldBe "value"
            clock.now += DAY.minusMillis(1)
            store.load("a")?.value shouldBe "value"
            clock.now += Duration.ofMillis(1)
            store.load("a").shouldBeNull()
            store.size shouldBe 0
        }

        test("each change raises the version by one, and none comes again, also not after a removal") {
            val store = store()
            store.put("a", "1", DAY)
            val first = checkNotNull(store.load("a")).version
            store.put("a", "2", DAY)
            store.load("a")?.version shouldBe first + 1
            store.commit("a", first + 1, "3", DAY) shouldBe true
            store.load("a")?.version shouldBe first + 2
            store.remove("a")
            store.put("a", "4", DAY)
            (checkNotNull(store.load("a")).version > first + 2) shouldBe true
            store.commit("a", first + 2, "late", DAY) shouldBe false
            store.load("a")?.value shouldBe "4"
        }

        test("a lease is one owner's until it ends, and says whether another one's was abandoned") {
            val store = store()
            store.lease("a", 1, "me", LEASE) shouldBe Lease.Gone
            store.put("a", "1", DAY)
            val version = checkNotNull(store.load("a")).version
            store.lease("a", version - 1, "me", LEASE) shouldBe Lease.Changed
            store.lease("a", version, "me", LEASE).shouldBeInstanceOf<Lease.Acquired>().abandoned shouldBe false
            store.lease("a", version, "me", LEASE).shouldBeInstanceOf<Lease.Acquired>().abandoned shouldBe false
            clock.now += Duration.ofSeconds(5)
            store.lease("a", version, "you", LEASE).shouldBeInstanceOf<Lease.Held>().remaining shouldBe
                Duration.ofSeconds(10)
            store.renew("a", version, "you", LEASE) shouldBe false
            store.renew("a", version, "me", LEASE) shouldBe true
            clock.now += Duration.ofSeconds(14)
            store.lease("a", version, "you", LEASE).shouldBeInstanceOf<Lease.Held>()
            clock.now += Duration.ofSeconds(1)
            store.lease("a", version, "you", LEASE).shouldBeInstanceOf<Lease.Acquired>().abandoned shouldBe true
            store.release("a", version, "me")
            store.lease("a", version, "me", LEASE).shouldBeInstanceOf<Lease.Held>()
            store.release("a", version, "you")
            store.lease("a", version, "me", LEASE).shouldBeInstanceOf<Lease.Acquired>().abandoned shouldBe false
        }

        test("a commit counts by its version alone, and ends the lease") {
            val store = store()
            store.put("a", "1", DAY)
            val version = checkNotNull(store.load("a")).version
            store.lease("a", version, "you", LEASE)
            store.commit("a", version, "2", DAY) shouldBe true
            store.lease("a", version + 1, "me", LEASE).shouldBeInstanceOf<Lease.Acquired>().abandoned shouldBe false
            store.commit("gone", 1, "2", DAY) shouldBe false
            store.commit("a", version, "3", Duration.ZERO) shouldBe false
            store.commit("a", version + 1, "3", Duration.ZERO) shouldBe true
            store.load("a").shouldBeNull()
        }

        test("of a hundred who take one gets it") {
            val store = store()
            store.put("a", "1", DAY)
            val taken = coroutineScope { List(100) { async(Dispatchers.Default) { store.take("a") } }.awaitAll() }
            taken.filterNotNull() shouldBe listOf("1")
            store.load("a").shouldBeNull()
        }

        test("of too many, what is over goes first, and then what would end first; only that is told") {
            val store = store(maximum = 2)
            val told = mutableListOf<String>()
            store.evicted = { told += it }
            store.put("short", "1", Duration.ofSeconds(1))
            store.put("long", "1", DAY)
            clock.now += Duration.ofSeconds(1)
            store.put("longer", "1", DAY)
            told shouldBe emptyList()
            store.put("longest", "1", DAY.multipliedBy(2))
            told shouldBe listOf("long")
            store.size shouldBe 2
        }

        test("times of nothing and a size of nothing are refused by their name; no value is shown") {
            val store = store()
            shouldThrow<IllegalArgumentException> { store.put("a", "very-secret", Duration.ZERO) }
                .message shouldNotContain "very-secret"
            shouldThrow<IllegalArgumentException> { store.commit("a", 1, "b", Duration.ofSeconds(-1)) }
            shouldThrow<IllegalArgumentException> { store.lease("a", 1, "me", Duration.ZERO) }
            shouldThrow<IllegalArgumentException> { store.renew("a", 1, "me", Duration.ZERO) }
            shouldThrow<IllegalArgumentException> { InMemoryTokenStore(0) }
            store.put("a", "very-secret", DAY)
            "$store ${store.load("a")}" shouldNotContain "very-secret"
        }
    })
