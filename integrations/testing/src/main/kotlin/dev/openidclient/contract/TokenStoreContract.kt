package dev.openidclient.contract

import dev.openidclient.tokenstore.TokenStore
import java.time.Duration

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
        listOf(
            loading(),
            putting(),
            leasing(),
            leasingAgain(),
            renewing(),
            committing(),
            making(),
            releasing(),
            removing(),
            taking(),
            lifetimes(),
            values(),
            racing(),
        ).flatten().map { ContractCheck(it.name) { it.check(StoreCase(this)) } }
}
