package dev.openidclient.testing

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** An engine of this machine that writes everything down, and can be killed. */
interface DurableEngine : AutoCloseable {
    /** A store as an instance opens it, until [close]. */
    fun store(): TokenStore

    fun kill()

    /** After [kill], at the same address with the same data. */
    fun restart()
}

/** Beyond the second of them the server takes longer than the lease lasts. */
private val SHORT_LEASE = Duration.ofSeconds(6)
private val SLOW_SERVER = Duration.ofSeconds(7)

/** Its leases are short, and not prolonged where [isRenewed] is false. */
private class ShortLeases(
    private val store: TokenStore,
    private val isRenewed: Boolean,
) : TokenStore by store {
    override suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease = store.lease(id, version, owner, minOf(duration, SHORT_LEASE))

    override suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean = isRenewed && store.renew(id, version, owner, minOf(duration, SHORT_LEASE))
}

/**
 * The engine is killed at each step of a refresh, and [newStore] is one that stays; whatever happens, no refresh token is
 * sent twice.
 */
fun FunSpec.outageTests(
    newEngine: () -> DurableEngine,
    newStore: () -> TokenStore,
) {
    val engine = lazy(newEngine)

    fun world() = TwoInstances(engine.value.store(), engine.value.store())

    fun slow(isRenewed: Boolean) =
        CoroutineScope(Dispatchers.Default).async(start = CoroutineStart.LAZY) {
            val stores = List(2) { ShortLeases(newStore(), isRenewed) }
            val world = TwoInstances(stores[0], stores[1], Duration.ofSeconds(15), namespace = "renewed: $isRenewed")
            world.use { refreshAtASlowServer(it) }
        }
    // they wait most of the time: beside the others
    val renewed = slow(isRenewed = true)
    val neverRenewed = slow(isRenewed = false)

    afterSpec { if (engine.isInitialized()) engine.value.close() }

    test("killed before the lease: nothing is sent, and with the engine everything is back") {
        renewed.start()
        neverRenewed.start()
        world().use { world ->
            val old = world.refused()
            var isKilled = false
            world.store.beforeLease = {
                if (!isKilled) engine.value.kill()
                isKilled = true
            }
            try {
                val failure = shouldThrow<TokenSourceException> { world.one.source("session").token() }
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                world.server.tokenEndpoint.requestCount shouldBe 0
            } finally {
                if (isKilled) engine.value.restart()
            }
            eventually(20.seconds) {
                world.one.source("session").token().accessToken shouldNotBe old.accessToken
            }
            world.server.reusedRefreshTokens shouldBe 0
        }
    }

    test("killed between the answer and the write: the new tokens are handed out, and written later") {
        world().use { world ->
            val old = world.refused()
            var isKilled = false
            world.store.beforeCommit = {
                if (!isKilled) engine.value.kill()
                isKilled = true
            }
            val new =
                try {
                    world.one.source("session").token()
                } finally {
                    if (isKilled) engine.value.restart()
                }
            new.accessToken shouldNotBe old.accessToken
            eventually(30.seconds) { world.other.load("session") shouldBe new }
            world.other.source("session").token().accessToken shouldBe new.accessToken
            world.server.reusedRefreshTokens shouldBe 0
        }
    }

    test("killed at a renewal of the lease: the flight goes on to its end") {
        world().use { world ->
            val old = world.refused()
            world.server.tokenEndpoint.delay = Duration.ofSeconds(6)
            var isKilled = false
            world.store.beforeRenew = {
                if (!isKilled) {
                    engine.value.kill()
                    engine.value.restart()
                }
                isKilled = true
            }
            val new = world.one.source("session").token()
            isKilled shouldBe true
            new.accessToken shouldNotBe old.accessToken
            eventually(30.seconds) { world.other.load("session") shouldBe new }
            world.server.reusedRefreshTokens shouldBe 0
        }
    }

    test("a session that another instance removes during a refresh never comes back") {
        world().use { world ->
            world.refused()
            world.server.tokenEndpoint.delay = Duration.ofMillis(500)
            coroutineScope {
                val waiter = async { shouldThrow<TokenSourceException> { world.one.source("session").token() } }
                eventually(20.seconds) { world.server.tokenEndpoint.requestCount shouldBe 1 }
                world.other.remove("session")
                waiter.await().code shouldBe ErrorCode.SIGN_IN_REQUIRED
            }
            world.one.load("session").shouldBeNull()
            world.other.load("session").shouldBeNull()
            world.server.revocationEndpoint.requestCount shouldBe 1
        }
    }

    test("a server that is slower than the lease is asked once: the lease is prolonged") { renewed.await() }

    test("the same where the lease cannot be prolonged: what comes late counts") { neverRenewed.await() }
}

private suspend fun refreshAtASlowServer(world: TwoInstances) {
    val old = world.refused()
    world.server.tokenEndpoint.delay = SLOW_SERVER
    val tokens =
        coroutineScope {
            val first = async { world.one.source("session").token() }
            eventually(20.seconds) { world.server.tokenEndpoint.requestCount shouldBe 1 }
            world.other.source("session").invalidate(old)
            listOf(first, async { world.other.source("session").token() }).awaitAll()
        }
    val new = tokens.map { it.accessToken }.toSet().single()
    new shouldNotBe old.accessToken
    world.other.load("session")?.accessToken shouldBe new
    world.server.tokenEndpoint.requestCount shouldBe 1
    world.server.reusedRefreshTokens shouldBe 0
}
