package dev.openidclient.contract

import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import java.util.UUID

/**
 * What a [TokenStore] owes to the library, as checks. Extend it for a store of your own, and run each of [checks] as a
 * test: with Kotest `for (check in checks()) test(check.name) { check.run() }`, with JUnit a `@TestFactory` that returns
 * `checks().stream().map(check -> dynamicTest(check.getName(), check::run))`.
 *
 * Every check takes ids of its own, so the store may be shared and need not be empty.
 */
public abstract class TokenStoreContract {
    /** The store, ready to use. Asked once for each check. */
    public abstract fun store(): TokenStore

    /**
     * Another connection to the same entries, as another instance of a service has it. Default: the same store.
     * Asked after [store].
     */
    public open fun otherInstance(store: TokenStore): TokenStore = store

    /**
     * Lets [duration] pass by the clock of the store: moves the clock of one that runs in this process, or waits. The
     * checks ask for 3 seconds at the most.
     */
    public abstract suspend fun pass(duration: Duration)

    /** Each is independent of the others, and takes seconds at most. */
    public fun checks(): List<ContractCheck> =
        loading() + putting() + leasing() + leasingAgain() + renewing() + committing() + releasing() + removing() +
            taking() + lifetimes() + values() + racing()

    private fun loading() =
        listOf(
            check("what was never put is not there") { equal(null, load(id)) },
            check("what was put is loaded as it is") {
                put(id, "value", LONG)
                equal("value", load(id)?.value)
            },
            check("loading changes nothing") {
                put(id, "value", LONG)
                equal(load(id)?.version, load(id)?.version)
            },
            check("entries of other ids are other entries") {
                put(id, "one", LONG)
                put("${id}2", "two", LONG)
                equal("one", load(id)?.value)
                equal("two", load("${id}2")?.value)
            },
            check("ids differ by the case of their letters") {
                put("${id}a", "small", LONG)
                put("${id}A", "large", LONG)
                equal("small", load("${id}a")?.value)
            },
            check("another instance sees the entry") {
                put(id, "value", LONG)
                equal("value", otherInstance(store).load(id)?.value)
            },
        )

    private fun putting() =
        listOf(
            check("put again replaces the value") {
                put(id, "one", LONG)
                put(id, "two", LONG)
                equal("two", load(id)?.value)
            },
            check("put raises the version by one") {
                val first = stored("one")
                put(id, "two", LONG)
                equal(first + 1, load(id)?.version)
            },
            check("put ends the lease of anybody") {
                val version = stored()
                acquired(lease(id, version, A, LONG))
                put(id, "two", LONG)
                acquired(lease(id, version + 1, B, LONG), abandoned = false)
            },
            check("put after remove has a version that never was") {
                val first = stored()
                remove(id)
                holds((stored("two")) > first) { "the version must be above $first" }
            },
            check("put after take has a version that never was") {
                val first = stored()
                take(id)
                holds((stored("two")) > first) { "the version must be above $first" }
            },
            check("put after the end of a lifetime has a version that never was") {
                put(id, "one", SHORT)
                val first = version()
                pass(SHORT)
                holds(stored("two") > first) { "the version must be above $first" }
            },
        )

    private fun leasing() =
        listOf(
            check("a lease of the right version is acquired") {
                acquired(lease(id, stored(), A, LONG), abandoned = false)
            },
            check("a lease changes neither version nor value") {
                val version = stored()
                lease(id, version, A, LONG)
                equal(version, load(id)?.version)
                equal("value", load(id)?.value)
            },
            check("a lease of an absent entry finds it gone") { equal(Lease.Gone, lease(id, 1, A, LONG)) },
            check("a lease of an earlier version finds it changed") {
                val version = stored()
                put(id, "two", LONG)
                equal(Lease.Changed, lease(id, version, A, LONG))
            },
            check("a lease of a later version finds it changed") {
                equal(Lease.Changed, lease(id, stored() + 1, A, LONG))
            },
            check("a lease that another has is held, for what is left of it") {
                val version = stored()
                lease(id, version, A, LONG)
                val held = held(lease(id, version, B, LONG))
                holds(held.remaining > Duration.ZERO && held.remaining <= LONG) { "remaining: ${held.remaining}" }
            },
            check("who asks for a held lease does not prolong it") {
                val version = stored()
                lease(id, version, A, SHORT)
                held(lease(id, version, B, LONG))
                pass(SHORT)
                acquired(lease(id, version, C, LONG), abandoned = true)
            },
            check("a changed entry is changed for a holder too, before anything else") {
                val version = stored()
                lease(id, version, A, LONG)
                equal(Lease.Changed, lease(id, version - 1, B, LONG))
            },
            check("another instance finds the lease held") {
                val version = stored()
                lease(id, version, A, LONG)
                held(otherInstance(store).lease(id, version, B, LONG))
            },
        )

    private fun leasingAgain() =
        listOf(
            check("the holder acquires it again, and that is not abandoned") {
                val version = stored()
                lease(id, version, A, LONG)
                acquired(lease(id, version, A, LONG), abandoned = false)
            },
            check("a lease that ran out is acquired by another, as abandoned") {
                val version = stored()
                lease(id, version, A, SHORT)
                pass(SHORT)
                acquired(lease(id, version, B, LONG), abandoned = true)
            },
            check("a lease that ran out is acquired by its own holder, not as abandoned") {
                val version = stored()
                lease(id, version, A, SHORT)
                pass(SHORT)
                acquired(lease(id, version, A, LONG), abandoned = false)
            },
            check("an abandoned lease is the new owner's then") {
                val version = stored()
                lease(id, version, A, SHORT)
                pass(SHORT)
                lease(id, version, B, LONG)
                held(lease(id, version, A, LONG))
            },
        )

    private fun renewing() =
        listOf(
            check("the holder renews") {
                val version = stored()
                lease(id, version, A, LONG)
                equal(true, renew(id, version, A, LONG))
            },
            check("a lease that was renewed lasts from then") {
                val version = stored()
                lease(id, version, A, SHORT)
                renew(id, version, A, LONG)
                pass(SHORT)
                held(lease(id, version, B, LONG))
            },
            check("nobody else renews") {
                val version = stored()
                lease(id, version, A, LONG)
                equal(false, renew(id, version, B, LONG))
                equal(false, renew(id, version + 1, A, LONG))
            },
            check("what was never leased is not renewed") { equal(false, renew(id, stored(), A, LONG)) },
            check("what is gone is not renewed") {
                val version = stored()
                lease(id, version, A, LONG)
                remove(id)
                equal(false, renew(id, version, A, LONG))
            },
            check("who lost the lease to another does not renew it") {
                val version = stored()
                lease(id, version, A, SHORT)
                pass(SHORT)
                lease(id, version, B, LONG)
                equal(false, renew(id, version, A, LONG))
            },
            check("renewing changes neither version nor value") {
                val version = stored()
                lease(id, version, A, LONG)
                renew(id, version, A, LONG)
                equal(version, load(id)?.version)
            },
        )

    private fun committing() =
        listOf(
            check("the holder commits, and the version rises by one") {
                val version = stored()
                lease(id, version, A, LONG)
                equal(true, commit(id, version, "two", LONG))
                equal("two", load(id)?.value)
                equal(version + 1, load(id)?.version)
            },
            check("a commit needs no lease: the version decides") {
                equal(true, commit(id, stored(), "two", LONG))
            },
            check("a commit over another's lease is kept: a late owner's tokens are not lost") {
                val version = stored()
                lease(id, version, B, LONG)
                equal(true, commit(id, version, "two", LONG))
            },
            check("a commit ends the lease of anybody") {
                val version = stored()
                lease(id, version, B, LONG)
                commit(id, version, "two", LONG)
                acquired(lease(id, version + 1, A, LONG), abandoned = false)
            },
            check("a commit on an earlier version does nothing") {
                val version = stored()
                put(id, "two", LONG)
                equal(false, commit(id, version, "three", LONG))
                equal("two", load(id)?.value)
                equal(version + 1, load(id)?.version)
            },
            check("a commit on an absent entry does nothing: a removed one never comes back") {
                val version = stored()
                remove(id)
                equal(false, commit(id, version, "two", LONG))
                equal(null, load(id))
            },
            check("a second commit on the same version does nothing") {
                val version = stored()
                commit(id, version, "two", LONG)
                equal(false, commit(id, version, "three", LONG))
                equal("two", load(id)?.value)
            },
            check("a commit on what was put anew after a removal does nothing") {
                val version = stored()
                remove(id)
                put(id, "new", LONG)
                equal(false, commit(id, version, "old", LONG))
                equal("new", load(id)?.value)
            },
        )

    private fun releasing() =
        listOf(
            check("a lease that was released is anybody's, not abandoned") {
                val version = stored()
                lease(id, version, A, LONG)
                release(id, version, A)
                acquired(lease(id, version, B, LONG), abandoned = false)
            },
            check("nobody else releases it") {
                val version = stored()
                lease(id, version, A, LONG)
                release(id, version, B)
                release(id, version + 1, A)
                held(lease(id, version, B, LONG))
            },
            check("releasing what is absent or free does nothing") {
                release(id, 1, A)
                val version = stored()
                release(id, version, A)
                equal("value", load(id)?.value)
            },
            check("releasing changes neither version nor value") {
                val version = stored()
                lease(id, version, A, LONG)
                release(id, version, A)
                equal(version, load(id)?.version)
            },
        )

    private fun removing() =
        listOf(
            check("what was removed is gone") {
                stored()
                remove(id)
                equal(null, load(id))
            },
            check("removing does not ask for the lease") {
                val version = stored()
                lease(id, version, A, LONG)
                remove(id)
                equal(Lease.Gone, lease(id, version, A, LONG))
            },
            check("removing what is absent does nothing") { remove(id) },
            check("removing takes nothing else away") {
                stored()
                put("${id}2", "two", LONG)
                remove(id)
                equal("two", load("${id}2")?.value)
            },
            check("an entry that was put anew after a removal has no lease") {
                lease(id, stored(), A, LONG)
                remove(id)
                acquired(lease(id, stored("two"), B, LONG), abandoned = false)
            },
        )

    private fun taking() =
        listOf(
            check("take returns the value and removes it") {
                stored()
                equal("value", take(id))
                equal(null, load(id))
            },
            check("take of what is absent is null") { equal(null, take(id)) },
            check("the second take is null") {
                stored()
                take(id)
                equal(null, take(id))
            },
            check("take does not ask for the lease") {
                lease(id, stored(), A, LONG)
                equal("value", take(id))
            },
        )

    private fun lifetimes() =
        listOf(
            check("an entry is there until its lifetime is over, and then gone for all") {
                put(id, "value", SHORT)
                val version = version()
                pass(SHORT)
                equal(null, load(id))
                equal(null, take(id))
                equal(Lease.Gone, lease(id, version, A, LONG))
                equal(false, commit(id, version, "two", LONG))
            },
            check("a put begins a new lifetime") {
                put(id, "one", SHORT)
                put(id, "two", LONG)
                pass(SHORT)
                equal("two", load(id)?.value)
            },
            check("a commit begins a new lifetime") {
                put(id, "one", SHORT)
                commit(id, version(), "two", LONG)
                pass(SHORT)
                equal("two", load(id)?.value)
            },
            check("a commit may shorten the lifetime") {
                commit(id, stored(), "two", SHORT)
                pass(SHORT)
                equal(null, load(id))
            },
            check("a commit for no time at all removes the entry") {
                val version = stored()
                equal(true, commit(id, version, "two", Duration.ZERO))
                equal(null, load(id))
                holds(stored("new") > version) { "the version must be above $version" }
            },
            check("a commit for no time on an earlier version removes nothing") {
                val version = stored()
                put(id, "two", LONG)
                equal(false, commit(id, version, "three", Duration.ZERO))
                equal("two", load(id)?.value)
            },
            check("a lease does not prolong the lifetime") {
                put(id, "value", SHORT)
                lease(id, version(), A, LONG)
                pass(SHORT)
                equal(null, load(id))
            },
            check("a lifetime of a month is taken") {
                put(id, "value", Duration.ofDays(DAYS_OF_A_MONTH))
                equal("value", load(id)?.value)
            },
        )

    private fun values() =
        listOf(
            check("a value of 64 KiB comes back whole") {
                val large = "v1.".padEnd(LARGE, 'x')
                put(id, large, LONG)
                equal(large, load(id)?.value)
            },
            check("an empty value is a value") {
                put(id, "", LONG)
                equal("", load(id)?.value)
            },
            check("every URL-safe character comes back") {
                val all = ('a'..'z') + ('A'..'Z') + ('0'..'9') + listOf('-', '_', '.', '~')
                put(id, all.joinToString(""), LONG)
                equal(all.joinToString(""), load(id)?.value)
            },
        )

    private fun racing() =
        listOf(
            check("of many that ask for a lease one acquires it") {
                val version = stored()
                val all = atOnce { lease(id, version, "owner-$it", LONG) }
                equal(1, all.count { it is Lease.Acquired })
                equal(MANY - 1, all.count { it is Lease.Held })
            },
            check("of many that commit on one version one does") {
                val version = stored()
                equal(1, atOnce { commit(id, version, "value-$it", LONG) }.count { it })
                equal(version + 1, load(id)?.version)
            },
            check("of many that take an entry one gets it") {
                stored()
                equal(listOf("value"), atOnce { take(id) }.filterNotNull())
            },
            check("of many that put none is lost from the version") {
                val version = stored()
                atOnce { put(id, "value-$it", LONG) }
                equal(version + MANY, load(id)?.version)
            },
            check("many that put first end in one entry") {
                atOnce { put(id, "value-$it", LONG) }
                holds(load(id)?.value.orEmpty().startsWith("value-")) { "the entry must be one that was put" }
            },
        )

    private fun check(
        name: String,
        check: suspend Case.() -> Unit,
    ) = ContractCheck(name) {
        val store = store()
        Case(store, id = "contract-${UUID.randomUUID()}").check()
    }

    /** One check at its store, with an id of its own. */
    private class Case(
        val store: TokenStore,
        val id: String,
    ) : TokenStore by store {
        /** Puts [value] and returns its version. */
        suspend fun stored(value: String = "value"): Long {
            put(id, value, LONG)
            return version()
        }

        suspend fun version(): Long = load(id)?.version ?: throw AssertionError("the entry that was put is not there")

        suspend fun <T> atOnce(call: suspend (Int) -> T): List<T> =
            coroutineScope { List(MANY) { async { call(it) } }.awaitAll() }
    }

    private companion object {
        const val A = "owner-a"
        const val B = "owner-b"
        const val C = "owner-c"
        const val MANY = 20
        const val LARGE = 64 * 1024
        const val DAYS_OF_A_MONTH = 30L
        val SHORT: Duration = Duration.ofSeconds(1)
        val LONG: Duration = Duration.ofMinutes(5)

        fun acquired(
            lease: Lease,
            abandoned: Boolean? = null,
        ) {
            if (lease !is Lease.Acquired) throw AssertionError("expected Acquired, but was $lease")
            if (abandoned != null) equal(abandoned, lease.abandoned)
        }

        fun held(lease: Lease): Lease.Held =
            lease as? Lease.Held ?: throw AssertionError("expected Held, but was $lease")

        fun equal(
            expected: Any?,
            actual: Any?,
        ) {
            if (expected != actual) throw AssertionError("expected $expected, but was $actual")
        }

        fun holds(
            condition: Boolean,
            otherwise: () -> String,
        ) {
            if (!condition) throw AssertionError(otherwise())
        }
    }
}
