package dev.openidclient.contract

import dev.openidclient.tokenstore.ReplayCache
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import java.time.Instant
import java.util.UUID

/**
 * What a [ReplayCache] owes to the library, as checks. Extend it for a cache of your own, and run each of [checks] as a
 * test: with Kotest `for (check in checks()) test(check.name) { check.run() }`, with JUnit a `@TestFactory` that returns
 * `checks().stream().map(check -> dynamicTest(check.getName(), check::run))`.
 *
 * Every check takes keys of its own, so the cache may be shared and need not be empty.
 */
public abstract class ReplayCacheContract {
    /** The cache, ready to use. Asked once for each check. */
    public abstract fun cache(): ReplayCache

    /**
     * Another connection to the same keys, as another instance of a service has it. Default: the same cache. Asked
     * after [cache].
     */
    public open fun otherInstance(cache: ReplayCache): ReplayCache = cache

    /** The time by the clock of the cache. Default: of this machine. */
    public open fun now(): Instant = Instant.now()

    /**
     * Lets [duration] pass by the clock of the cache: moves the clock of one that runs in this process, or waits. The
     * checks ask for 3 seconds at the most.
     */
    public abstract suspend fun pass(duration: Duration)

    /** Each is independent of the others, and takes seconds at most. */
    public fun checks(): List<ContractCheck> =
        listOf(seeing(), telling(), ending(), crowding()).flatten().map {
            ContractCheck(it.name) { it.check(ReplayCase(this)) }
        }

    private fun seeing() =
        listOf(
            ReplayCheck("the first time is the first") { equal(true, register(key, later(LONG))) },
            ReplayCheck("the second time is none") {
                register(key, later(LONG))
                equal(false, register(key, later(LONG)))
                equal(false, register(key, later(LONG)))
            },
            ReplayCheck("another instance has seen it too") {
                register(key, later(LONG))
                equal(false, otherInstance().register(key, later(LONG)))
            },
            ReplayCheck("an hour is remembered as a minute is") {
                equal(true, register(key, later(Duration.ofHours(1))))
                equal(false, register(key, later(SHORT)))
            },
        )

    private fun telling() =
        listOf(
            ReplayCheck("another key is another one") {
                register(key, later(LONG))
                equal(true, register("${key}2", later(LONG)))
            },
            ReplayCheck("keys differ by the case of their letters") {
                register("${key}a", later(LONG))
                equal(true, register("${key}A", later(LONG)))
            },
            ReplayCheck("keys of 128 characters differ by the last one") {
                val long = "$key-".padEnd(LONGEST_KEY - 1, 'x')
                equal(true, register("${long}1", later(LONG)))
                equal(true, register("${long}2", later(LONG)))
                equal(false, register("${long}1", later(LONG)))
            },
            ReplayCheck("every URL-safe character is one of a key") {
                equal(true, register("$key-_.~", later(LONG)))
                equal(true, register("$key-_.-", later(LONG)))
                equal(false, register("$key-_.~", later(LONG)))
            },
        )

    private fun ending() =
        listOf(
            ReplayCheck("a key is remembered until its end") {
                register(key, later(LASTING))
                pass(SHORT)
                equal(false, register(key, later(LASTING)))
            },
            ReplayCheck("a key may come again after its end") {
                register(key, later(SHORT))
                pass(SHORT.plus(SHORT))
                equal(true, register(key, later(LONG)))
                equal(false, register(key, later(LONG)))
            },
            ReplayCheck("a key that comes again is not remembered for longer") {
                register(key, later(BRIEF))
                equal(false, register(key, later(LONG)))
                pass(BRIEF.plus(SHORT))
                equal(true, register(key, later(LONG)))
            },
            ReplayCheck("what is over already is taken") {
                equal(true, register(key, now().minus(LONG)))
                equal(true, register(key, later(LONG)))
            },
        )

    private fun crowding() =
        listOf(
            ReplayCheck("of many at once one is the first") {
                equal(1, atOnce { register(key, later(LONG)) }.count { it })
            },
            ReplayCheck("of many at once at two instances one is the first") {
                val other = otherInstance()
                val answers = atOnce { (if (it % 2 == 0) this else other).register(key, later(LONG)) }
                equal(1, answers.count { it })
            },
            ReplayCheck("many keys at once are all taken") {
                equal(MANY, atOnce { register("$key-$it", later(LONG)) }.count { it })
            },
        )

    private companion object {
        const val LONGEST_KEY = 128
        val LASTING: Duration = SHORT.multipliedBy(5)

        /** Long enough for two calls of an engine that is busy. */
        val BRIEF: Duration = SHORT.multipliedBy(4)
    }
}

private class ReplayCheck(
    val name: String,
    val check: suspend ReplayCase.() -> Unit,
)

/** One check at the cache of [contract], with a key of its own. */
private class ReplayCase private constructor(
    private val contract: ReplayCacheContract,
    private val cache: ReplayCache,
) : ReplayCache by cache {
    constructor(contract: ReplayCacheContract) : this(contract, contract.cache())

    val key: String = "contract-${UUID.randomUUID()}"

    fun otherInstance(): ReplayCache = contract.otherInstance(cache)

    fun now(): Instant = contract.now()

    fun later(duration: Duration): Instant = now().plus(duration)

    suspend fun pass(duration: Duration) = contract.pass(duration)

    suspend fun <T> atOnce(call: suspend (Int) -> T): List<T> =
        coroutineScope { List(MANY) { async { call(it) } }.awaitAll() }
}
