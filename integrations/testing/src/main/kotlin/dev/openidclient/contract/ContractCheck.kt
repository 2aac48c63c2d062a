package dev.openidclient.contract

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

private const val LONGEST = 60_000L

/** One duty of a contract: a test of its own, independent of the others. */
public class ContractCheck internal constructor(
    /** The duty in a sentence. */
    public val name: String,
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
    private val check: suspend () -> Unit,
) {
    /** Throws [AssertionError] where the duty is not kept. Blocks, for a minute at the most. */
    @Suppress("ForbiddenMethodCall") // a test framework calls it, which waits
    public fun run(): Unit = runBlocking(dispatcher) { withTimeout(LONGEST) { check() } }

    override fun toString(): String = name
}
