package dev.openidclient.contract

import dev.openidclient.tokenstore.Lease
import java.time.Duration

private const val DAYS_OF_A_MONTH = 30L

/** That of no entry. */
private const val NO_VERSION = 0L

internal fun committing(): List<StoreCheck> =
    listOf(
        StoreCheck("the holder commits, and the version rises by one") {
            val version = stored()
            lease(id, version, A, LONG)
            equal(true, commit(id, version, "two", LONG))
            equal("two", load(id)?.value)
            equal(version + 1, load(id)?.version)
        },
        StoreCheck("a commit needs no lease: the version decides") {
            equal(true, commit(id, stored(), "two", LONG))
        },
        StoreCheck("a commit over another's lease is kept: a late owner's tokens are not lost") {
            val version = stored()
            lease(id, version, B, LONG)
            equal(true, commit(id, version, "two", LONG))
        },
        StoreCheck("a commit ends the lease of anybody") {
            val version = stored()
            lease(id, version, B, LONG)
            commit(id, version, "two", LONG)
            acquired(lease(id, version + 1, A, LONG), abandoned = false)
        },
        StoreCheck("a commit on an earlier version does nothing") {
            val version = stored()
            put(id, "two", LONG)
            equal(false, commit(id, version, "three", LONG))
            equal("two", load(id)?.value)
            equal(version + 1, load(id)?.version)
        },
        StoreCheck("a commit on an absent entry does nothing: a removed one never comes back") {
            val version = stored()
            remove(id)
            equal(false, commit(id, version, "two", LONG))
            equal(null, load(id))
        },
        StoreCheck("a second commit on the same version does nothing") {
            val version = stored()
            commit(id, version, "two", LONG)
            equal(false, commit(id, version, "three", LONG))
            equal("two", load(id)?.value)
        },
        StoreCheck("a commit on what was put anew after a removal does nothing") {
            val version = stored()
            remove(id)
            put(id, "new", LONG)
            equal(false, commit(id, version, "old", LONG))
            equal("new", load(id)?.value)
        },
    )

internal fun making(): List<StoreCheck> =
    listOf(
        StoreCheck("a commit on version 0 makes the entry, whose version is above 0") {
            equal(true, commit(id, NO_VERSION, "one", LONG))
            equal("one", load(id)?.value)
            holds(version() > NO_VERSION) { "the version must be above 0" }
        },
        StoreCheck("a commit on version 0 does nothing where there is an entry") {
            val version = stored()
            equal(false, commit(id, NO_VERSION, "two", LONG))
            equal("value", load(id)?.value)
            equal(version, load(id)?.version)
        },
        StoreCheck("a commit on version 0 makes the entry anew after a removal, with a version that none had") {
            val version = stored()
            remove(id)
            equal(true, commit(id, NO_VERSION, "new", LONG))
            holds(version() > version) { "the version must be above $version" }
        },
        StoreCheck("a commit on version 0 makes the entry anew after its lifetime, with a version that none had") {
            put(id, "value", SHORT)
            val version = version()
            pass(SHORT)
            equal(true, commit(id, NO_VERSION, "new", LONG))
            equal("new", load(id)?.value)
            holds(version() > version) { "the version must be above $version" }
        },
        StoreCheck("what a commit on version 0 has made is leased, changed and removed as any other") {
            commit(id, NO_VERSION, "one", LONG)
            val version = version()
            acquired(lease(id, version, A, LONG), abandoned = false)
            equal(true, commit(id, version, "two", LONG))
            equal(true, commit(id, version + 1, "three", Duration.ZERO))
            equal(null, load(id))
        },
        StoreCheck("a commit on version 0 for no time at all says whether there is an entry") {
            equal(true, commit(id, NO_VERSION, "one", Duration.ZERO))
            equal(null, load(id))
            stored()
            equal(false, commit(id, NO_VERSION, "two", Duration.ZERO))
            equal("value", load(id)?.value)
        },
    )

internal fun lifetimes(): List<StoreCheck> =
    listOf(
        StoreCheck("an entry is there until its lifetime is over, and then gone for all") {
            put(id, "value", SHORT)
            val version = version()
            pass(SHORT)
            equal(null, load(id))
            equal(null, take(id))
            equal(Lease.Gone, lease(id, version, A, LONG))
            equal(false, commit(id, version, "two", LONG))
        },
        StoreCheck("a put begins a new lifetime") {
            put(id, "one", SHORT)
            put(id, "two", LONG)
            pass(SHORT)
            equal("two", load(id)?.value)
        },
        StoreCheck("a commit begins a new lifetime") {
            put(id, "one", SHORT)
            commit(id, version(), "two", LONG)
            pass(SHORT)
            equal("two", load(id)?.value)
        },
        StoreCheck("a commit may shorten the lifetime") {
            commit(id, stored(), "two", SHORT)
            pass(SHORT)
            equal(null, load(id))
        },
        StoreCheck("a commit for no time at all removes the entry") {
            val version = stored()
            equal(true, commit(id, version, "two", Duration.ZERO))
            equal(null, load(id))
            holds(stored("new") > version) { "the version must be above $version" }
        },
        StoreCheck("a commit for no time on an earlier version removes nothing") {
            val version = stored()
            put(id, "two", LONG)
            equal(false, commit(id, version, "three", Duration.ZERO))
            equal("two", load(id)?.value)
        },
        StoreCheck("a lease does not prolong the lifetime") {
            put(id, "value", SHORT)
            lease(id, version(), A, LONG)
            pass(SHORT)
            equal(null, load(id))
        },
        StoreCheck("a lifetime of a month is taken") {
            put(id, "value", Duration.ofDays(DAYS_OF_A_MONTH))
            equal("value", load(id)?.value)
        },
    )
