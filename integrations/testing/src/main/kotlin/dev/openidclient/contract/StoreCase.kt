package dev.openidclient.contract

import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import java.util.UUID

/** One check of a [TokenStoreContract], under its name. */
internal class StoreCheck(
    val name: String,
    val check: suspend StoreCase.() -> Unit,
)

/** One check at the store of [contract], with an id of its own. */
internal class StoreCase private constructor(
    private val contract: TokenStoreContract,
    private val store: TokenStore,
) : TokenStore by store {
    constructor(contract: TokenStoreContract) : this(contract, contract.store())

    val id: String = "contract-${UUID.randomUUID()}"

    fun otherInstance(): TokenStore = contract.otherInstance(store)

    suspend fun pass(duration: Duration) = contract.pass(duration)

    /** Puts [value] and returns its version. */
    suspend fun stored(value: String = "value"): Long {
        put(id, value, LONG)
        return version()
    }

    suspend fun version(): Long = load(id)?.version ?: throw AssertionError("the entry that was put is not there")

    suspend fun <T> atOnce(call: suspend (Int) -> T): List<T> =
        coroutineScope { List(MANY) { async { call(it) } }.awaitAll() }
}

internal const val A = "owner-a"
internal const val B = "owner-b"
internal const val C = "owner-c"
internal const val MANY = 20
internal val SHORT: Duration = Duration.ofSeconds(1)
internal val LONG: Duration = Duration.ofMinutes(5)

internal fun acquired(
    lease: Lease,
    abandoned: Boolean? = null,
) {
    if (lease !is Lease.Acquired) throw AssertionError("expected Acquired, but was $lease")
    if (abandoned != null) equal(abandoned, lease.abandoned)
}

internal fun held(lease: Lease): Lease.Held =
    lease as? Lease.Held ?: throw AssertionError("expected Held, but was $lease")

internal fun equal(
    expected: Any?,
    actual: Any?,
) {
    if (expected != actual) throw AssertionError("expected $expected, but was $actual")
}

internal fun holds(
    condition: Boolean,
    otherwise: () -> String,
) {
    if (!condition) throw AssertionError(otherwise())
}
