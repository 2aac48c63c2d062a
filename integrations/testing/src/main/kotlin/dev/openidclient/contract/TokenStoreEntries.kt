package dev.openidclient.contract

import dev.openidclient.tokenstore.Lease

/** 64 KiB */
private const val LARGE = 64 * 1024

internal fun loading(): List<StoreCheck> =
    listOf(
        StoreCheck("what was never put is not there") { equal(null, load(id)) },
        StoreCheck("what was put is loaded as it is") {
            put(id, "value", LONG)
            equal("value", load(id)?.value)
        },
        StoreCheck("loading changes nothing") {
            put(id, "value", LONG)
            equal(load(id)?.version, load(id)?.version)
        },
        StoreCheck("entries of other ids are other entries") {
            put(id, "one", LONG)
            put("${id}2", "two", LONG)
            equal("one", load(id)?.value)
            equal("two", load("${id}2")?.value)
        },
        StoreCheck("ids differ by the case of their letters") {
            put("${id}a", "small", LONG)
            put("${id}A", "large", LONG)
            equal("small", load("${id}a")?.value)
        },
        StoreCheck("another instance sees the entry") {
            put(id, "value", LONG)
            equal("value", otherInstance().load(id)?.value)
        },
    )

internal fun putting(): List<StoreCheck> =
    listOf(
        StoreCheck("put again replaces the value") {
            put(id, "one", LONG)
            put(id, "two", LONG)
            equal("two", load(id)?.value)
        },
        StoreCheck("put raises the version by one") {
            val first = stored("one")
            put(id, "two", LONG)
            equal(first + 1, load(id)?.version)
        },
        StoreCheck("put ends the lease of anybody") {
            val version = stored()
            acquired(lease(id, version, A, LONG))
            put(id, "two", LONG)
            acquired(lease(id, version + 1, B, LONG), abandoned = false)
        },
        StoreCheck("put after remove has a version that never was") {
            val first = stored()
            remove(id)
            holds((stored("two")) > first) { "the version must be above $first" }
        },
        StoreCheck("put after take has a version that never was") {
            val first = stored()
            take(id)
            holds((stored("two")) > first) { "the version must be above $first" }
        },
        StoreCheck("put after the end of a lifetime has a version that never was") {
            put(id, "one", SHORT)
            val first = version()
            pass(SHORT)
            holds(stored("two") > first) { "the version must be above $first" }
        },
    )

internal fun removing(): List<StoreCheck> =
    listOf(
        StoreCheck("what was removed is gone") {
            stored()
            remove(id)
            equal(null, load(id))
        },
        StoreCheck("removing does not ask for the lease") {
            val version = stored()
            lease(id, version, A, LONG)
            remove(id)
            equal(Lease.Gone, lease(id, version, A, LONG))
        },
        StoreCheck("removing what is absent does nothing") { remove(id) },
        StoreCheck("removing takes nothing else away") {
            stored()
            put("${id}2", "two", LONG)
            remove(id)
            equal("two", load("${id}2")?.value)
        },
        StoreCheck("an entry that was put anew after a removal has no lease") {
            lease(id, stored(), A, LONG)
            remove(id)
            acquired(lease(id, stored("two"), B, LONG), abandoned = false)
        },
    )

internal fun taking(): List<StoreCheck> =
    listOf(
        StoreCheck("take returns the value and removes it") {
            stored()
            equal("value", take(id))
            equal(null, load(id))
        },
        StoreCheck("take of what is absent is null") { equal(null, take(id)) },
        StoreCheck("the second take is null") {
            stored()
            take(id)
            equal(null, take(id))
        },
        StoreCheck("take does not ask for the lease") {
            lease(id, stored(), A, LONG)
            equal("value", take(id))
        },
    )

internal fun values(): List<StoreCheck> =
    listOf(
        StoreCheck("a value of 64 KiB comes back whole") {
            val large = "v1.".padEnd(LARGE, 'x')
            put(id, large, LONG)
            equal(large, load(id)?.value)
        },
        StoreCheck("an empty value is a value") {
            put(id, "", LONG)
            equal("", load(id)?.value)
        },
        StoreCheck("every URL-safe character comes back") {
            val all = ('a'..'z') + ('A'..'Z') + ('0'..'9') + listOf('-', '_', '.', '~')
            put(id, all.joinToString(""), LONG)
            equal(all.joinToString(""), load(id)?.value)
        },
    )

internal fun racing(): List<StoreCheck> =
    listOf(
        StoreCheck("of many that ask for a lease one acquires it") {
            val version = stored()
            val all = atOnce { lease(id, version, "owner-$it", LONG) }
            equal(1, all.count { it is Lease.Acquired })
            equal(MANY - 1, all.count { it is Lease.Held })
        },
        StoreCheck("of many that commit on one version one does") {
            val version = stored()
            equal(1, atOnce { commit(id, version, "value-$it", LONG) }.count { it })
            equal(version + 1, load(id)?.version)
        },
        StoreCheck("of many that make an entry by a commit on version 0 one does") {
            val made = atOnce { commit(id, 0, "value-$it", LONG) }
            equal(1, made.count { it })
            equal("value-${made.indexOf(true)}", load(id)?.value)
        },
        StoreCheck("of many that take an entry one gets it") {
            stored()
            equal(listOf("value"), atOnce { take(id) }.filterNotNull())
        },
        StoreCheck("of many that put none is lost from the version") {
            val version = stored()
            atOnce { put(id, "value-$it", LONG) }
            equal(version + MANY, load(id)?.version)
        },
        StoreCheck("many that put first end in one entry") {
            atOnce { put(id, "value-$it", LONG) }
            holds(load(id)?.value.orEmpty().startsWith("value-")) { "the entry must be one that was put" }
        },
    )
