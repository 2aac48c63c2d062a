package dev.openidclient.contract

import dev.openidclient.tokenstore.Lease
import java.time.Duration

internal fun leasing(): List<StoreCheck> =
    listOf(
        StoreCheck("a lease of the right version is acquired") {
            acquired(lease(id, stored(), A, LONG), abandoned = false)
        },
        StoreCheck("a lease changes neither version nor value") {
            val version = stored()
            lease(id, version, A, LONG)
            equal(version, load(id)?.version)
            equal("value", load(id)?.value)
        },
        StoreCheck("a lease of an absent entry finds it gone") { equal(Lease.Gone, lease(id, 1, A, LONG)) },
        StoreCheck("a lease of an earlier version finds it changed") {
            val version = stored()
            put(id, "two", LONG)
            equal(Lease.Changed, lease(id, version, A, LONG))
        },
        StoreCheck("a lease of a later version finds it changed") {
            equal(Lease.Changed, lease(id, stored() + 1, A, LONG))
        },
        StoreCheck("a lease that another has is held, for what is left of it") {
            val version = stored()
            lease(id, version, A, LONG)
            val held = held(lease(id, version, B, LONG))
            holds(held.remaining > Duration.ZERO && held.remaining <= LONG) { "remaining: ${held.remaining}" }
        },
        StoreCheck("who asks for a held lease does not prolong it") {
            val version = stored()
            lease(id, version, A, SHORT)
            held(lease(id, version, B, LONG))
            pass(SHORT)
            acquired(lease(id, version, C, LONG), abandoned = true)
        },
        StoreCheck("a changed entry is changed for a holder too, before anything else") {
            val version = stored()
            lease(id, version, A, LONG)
            equal(Lease.Changed, lease(id, version - 1, B, LONG))
        },
        StoreCheck("another instance finds the lease held") {
            val version = stored()
            lease(id, version, A, LONG)
            held(otherInstance().lease(id, version, B, LONG))
        },
    )

internal fun leasingAgain(): List<StoreCheck> =
    listOf(
        StoreCheck("the holder acquires it again, and that is not abandoned") {
            val version = stored()
            lease(id, version, A, LONG)
            acquired(lease(id, version, A, LONG), abandoned = false)
        },
        StoreCheck("a lease that ran out is acquired by another, as abandoned") {
            val version = stored()
            lease(id, version, A, SHORT)
            pass(SHORT)
            acquired(lease(id, version, B, LONG), abandoned = true)
        },
        StoreCheck("a lease that ran out is acquired by its own holder, not as abandoned") {
            val version = stored()
            lease(id, version, A, SHORT)
            pass(SHORT)
            acquired(lease(id, version, A, LONG), abandoned = false)
        },
        StoreCheck("an abandoned lease is the new owner's then") {
            val version = stored()
            lease(id, version, A, SHORT)
            pass(SHORT)
            lease(id, version, B, LONG)
            held(lease(id, version, A, LONG))
        },
    )

internal fun renewing(): List<StoreCheck> =
    listOf(
        StoreCheck("the holder renews") {
            val version = stored()
            lease(id, version, A, LONG)
            equal(true, renew(id, version, A, LONG))
        },
        StoreCheck("a lease that was renewed lasts from then") {
            val version = stored()
            lease(id, version, A, SHORT)
            renew(id, version, A, LONG)
            pass(SHORT)
            held(lease(id, version, B, LONG))
        },
        StoreCheck("nobody else renews") {
            val version = stored()
            lease(id, version, A, LONG)
            equal(false, renew(id, version, B, LONG))
            equal(false, renew(id, version + 1, A, LONG))
        },
        StoreCheck("what was never leased is not renewed") { equal(false, renew(id, stored(), A, LONG)) },
        StoreCheck("what is gone is not renewed") {
            val version = stored()
            lease(id, version, A, LONG)
            remove(id)
            equal(false, renew(id, version, A, LONG))
        },
        StoreCheck("who lost the lease to another does not renew it") {
            val version = stored()
            lease(id, version, A, SHORT)
            pass(SHORT)
            lease(id, version, B, LONG)
            equal(false, renew(id, version, A, LONG))
        },
        StoreCheck("renewing changes neither version nor value") {
            val version = stored()
            lease(id, version, A, LONG)
            renew(id, version, A, LONG)
            equal(version, load(id)?.version)
        },
    )

internal fun releasing(): List<StoreCheck> =
    listOf(
        StoreCheck("a lease that was released is anybody's, not abandoned") {
            val version = stored()
            lease(id, version, A, LONG)
            release(id, version, A)
            acquired(lease(id, version, B, LONG), abandoned = false)
        },
        StoreCheck("nobody else releases it") {
            val version = stored()
            lease(id, version, A, LONG)
            release(id, version, B)
            release(id, version + 1, A)
            held(lease(id, version, B, LONG))
        },
        StoreCheck("releasing what is absent or free does nothing") {
            release(id, 1, A)
            val version = stored()
            release(id, version, A)
            equal("value", load(id)?.value)
        },
        StoreCheck("releasing changes neither version nor value") {
            val version = stored()
            lease(id, version, A, LONG)
            release(id, version, A)
            equal(version, load(id)?.version)
        },
    )
