package dev.openidclient.tokensource

import dev.openidclient.client.CellMap
import dev.openidclient.client.SourceTime
import dev.openidclient.error.OAuthException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import java.time.Clock
import java.time.Duration

class CellMapSpec :
    FunSpec({
        test("making room asks once when a cell was last used, which changes all the time") {
            val asked = HashMap<String, Int>()
            val traits =
                object : CellMap.Traits<String> {
                    override fun isBusy(cell: String) = false

                    override fun isUseless(cell: String) = false

                    override fun lastUsedAt(cell: String): Long {
                        asked[cell] = (asked[cell] ?: 0) + 1
                        return cell.toLong()
                    }

                    override fun evicted(cell: String) = Unit
                }
            val map = CellMap(100, SourceTime(Clock.systemUTC(), { 0 }), traits)
            repeat(101) { map.getOrMake("$it") { "$it" } }
            map.size shouldBe 94
            asked.values.toSet() shouldBe setOf(1)
        }

        test("those used least recently go, in whatever order they came, and none that is busy") {
            val lastUsed = (0..100).associate { "$it" to (it * 37L) % 101 }
            val evicted = mutableSetOf<String>()
            val traits =
                object : CellMap.Traits<String> {
                    // used least recently of all
                    override fun isBusy(cell: String) = lastUsed[cell] == 0L

                    override fun isUseless(cell: String) = false

                    override fun lastUsedAt(cell: String): Long = checkNotNull(lastUsed[cell])

                    override fun evicted(cell: String) {
                        evicted += cell
                    }
                }
            val map = CellMap(100, SourceTime(Clock.systemUTC(), { 0 }), traits)
            for (cell in lastUsed.keys) map.getOrMake(cell) { cell }
            evicted shouldBe lastUsed.filterValues { it in 1L..7L }.keys
        }

        test("where all are busy nobody looks again for a second, however many come") {
            var looks = 0
            var nanos = 0L
            val traits =
                object : CellMap.Traits<String> {
                    override fun isBusy(cell: String) = true.also { looks++ }

                    override fun isUseless(cell: String) = false

                    override fun lastUsedAt(cell: String) = 0L

                    override fun evicted(cell: String) = Unit
                }
            val map = CellMap(10, SourceTime(Clock.systemUTC(), { nanos }), traits)
            repeat(11) { map.getOrMake("$it") { "$it" } }
            val first = looks
            repeat(100) { map.getOrMake("more $it") { "$it" } }
            looks shouldBe first
            nanos = Duration.ofSeconds(1).toNanos()
            map.getOrMake("the next") { "" }
            looks shouldBe first + 2 * 111
        }

        test("who is told of those that go may take its time: others come and go meanwhile") {
            val maps = mutableListOf<CellMap<String>>()
            val wasLocked = mutableListOf<Boolean>()
            val traits =
                object : CellMap.Traits<String> {
                    override fun isBusy(cell: String) = false

                    override fun isUseless(cell: String) = false

                    override fun lastUsedAt(cell: String) = cell.toLong()

                    override fun evicted(cell: String) {
                        wasLocked += Thread.holdsLock(maps.single())
                    }
                }
            val map = CellMap(1, SourceTime(Clock.systemUTC(), { 0 }), traits)
            maps += map
            repeat(3) { map.getOrMake("$it") { "$it" } }
            wasLocked shouldBe listOf(false, false)
        }

        test("one that another has taken the place of is not removed") {
            val map = CellMap(2, SourceTime(Clock.systemUTC(), { 0 }), NoTraits)
            map.getOrMake("key") { "new" }
            map.remove("key", "old")
            map["key"] shouldBe "new"
            map.remove("key", "new")
            map["key"] shouldBe null
        }

        test("a server's Retry-After is not forgotten as others come") {
            runTest {
                val world = TokenWorld(this)
                val downstream =
                    ExchangedTokens.tokenExchange(world.client) { world.run { inThisWorld() } }
                val (one, other) = List(2) { downstream.source(world.server.tokens("user $it").accessToken) }
                world.server.tokenEndpoint.failNext(429, retryAfter = Duration.ofSeconds(120))
                shouldThrow<OAuthException> { one.token() }
                delay(61_000)
                other.token()
                shouldThrow<OAuthException> { one.token() }
                world.requests shouldBe 2
                delay(60_000)
                one.token()
            }
        }
    })

private object NoTraits : CellMap.Traits<String> {
    override fun isBusy(cell: String) = false

    override fun isUseless(cell: String) = false

    override fun lastUsedAt(cell: String) = 0L

    override fun evicted(cell: String) = Unit
}
