package dev.openidclient.contract

import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.tokensource.TokenSource
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException

/** A check of [ResourceAccessContract]. */
internal class AccessCase(
    val name: String,
    /** What each host answers; by default 200. */
    val answer: Connection.(ArrivedRequest) -> Unit = { respond() },
    /** Whether the tokens are bound to a DPoP key. */
    val isBound: Boolean = false,
    /** In place of tokens of the authorization server; null: those. */
    val source: (AccessWorld) -> TokenSource? = { null },
    /** Whether an adapter can keep it. */
    val isFor: (ResourceAccessContract) -> Boolean = { true },
    private val check: suspend AccessWorld.() -> Unit,
) {
    fun of(contract: ResourceAccessContract): ContractCheck =
        ContractCheck(name) {
            AccessWorld(contract, this).use { world ->
                world.check()
                world.verify()
            }
        }
}

internal fun Connection.refuse(
    challenge: String = "Bearer error=\"invalid_token\"",
    vararg fields: String,
): Unit = respond("401 Unauthorized", "refused", "WWW-Authenticate: $challenge", *fields)

internal const val AT_ONCE = 5_000L

internal val LARGE_BODY: ByteArray = ByteArray(3_000_000) { it.toByte() }

private const val PART = 10_000

/** The rest is sent only where the first byte was read. */
internal fun Connection.respondSlowly(request: ArrivedRequest) {
    write("HTTP/1.1 200 OK\r\nContent-Length: ${LARGE_BODY.size}\r\nConnection: close\r\n\r\n")
    write(LARGE_BODY.copyOf(PART))
    try {
        request.world.over.get(AT_ONCE, TimeUnit.MILLISECONDS)
        write(LARGE_BODY.copyOfRange(PART, LARGE_BODY.size))
    } catch (_: TimeoutException) {
        reset()
    }
}

/** The client does not read to the end of it, for there is none. */
internal fun Connection.refuseWithoutEnd() {
    write("HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
    write("1\r\na\r\n")
    awaitEnd()
}
