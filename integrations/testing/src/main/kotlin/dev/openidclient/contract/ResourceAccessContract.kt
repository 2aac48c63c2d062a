package dev.openidclient.contract

import dev.openidclient.resource.ResourceAccess

/**
 * What an HTTP client with [ResourceAccess] owes to its caller, as checks over real connections. Extend it for an
 * adapter of your own, and run each of [checks] as a test: with Kotest `for (check in checks()) test(check.name) {
 * check.run() }`, with JUnit a `@TestFactory` that returns `checks().stream().map(check -> dynamicTest(check.getName(),
 * check::run))`.
 *
 * The hosts of the checks do not exist: a proxy on 127.0.0.1 stands for them all, and remembers each request that
 * comes.
 */
public abstract class ResourceAccessContract {
    /** A new client that is made of [setup]. */
    public abstract fun newCaller(setup: CallerSetup): AuthorizedCaller

    /** Whether the client follows redirects by itself. Where it does not, the checks send the next request. */
    public abstract val followsRedirects: Boolean

    /** Whether there are bodies that the client can send only once. */
    public open val hasBodiesOfOneUse: Boolean get() = true

    /** Whether a request can say that it takes the tokens of another source. */
    public open val takesTokensOfRequest: Boolean get() = true

    /** Whether a call that waits can be cancelled. */
    public open val canCancel: Boolean get() = true

    /** Each is independent of the others, and takes seconds at most. */
    public fun checks(): List<ContractCheck> =
        listOf(authorized(), sources(), redirected(), judged(), sentAgain(), bodies(), cancelled())
            .flatten()
            .filter { it.isFor(this) }
            .map { it.of(this) }
}
