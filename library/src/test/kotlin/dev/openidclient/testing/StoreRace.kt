package dev.openidclient.testing

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.AfterDoubt
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import java.time.Duration
import java.util.concurrent.ThreadLocalRandom

private const val SESSIONS = 5
private const val CALLERS = 20
private const val LONGEST_PAUSE_MILLIS = 40L
private const val SECRET = "secret-of-the-app"
private val KEY = StoreKey("race", ByteArray(32) { (it * 7).toByte() })

/** What came of a race. */
class RaceOutcome(
    val engine: String,
    val grants: Int,
    val reuses: Int,
    val calls: Int,
    /** The codes of the calls that failed. */
    val failures: List<String>,
) {
    /** A row of the table that the race is about. */
    override fun toString(): String =
        "$engine: $grants grants, $reuses reuses, ${failures.size} of $calls calls failed " +
            failures.groupingBy { it }.eachCount()
}

/**
 * Callers of 4 instances want tokens of 5 sessions, whose refresh tokens the server replaces at each use, and takes for
 * stolen at the second.
 */
class StoreRace {
    val server =
        TestAuthorizationServer {
            client("app", SECRET)
            accessTokenLifetime = Duration.ofSeconds(2)
            rotateRefreshTokens()
        }.apply { tokenEndpoint.delay = Duration.ofMillis(50) }

    /** One instance for each of [stores], all of them in this process. */
    suspend fun run(
        engine: String,
        stores: List<TokenStore>,
        duration: Duration,
    ): RaceOutcome {
        val instances = stores.map { RaceInstance(server.metadata, it) { transport = server } }
        instances.first().begin(server)
        val results = coroutineScope { instances.map { async { it.run(duration) } }.awaitAll() }
        instances.forEach { it.close() }
        val calls = results.flatten()
        return outcome(engine, calls)
    }

    /** [calls]: null for each that brought a token, the code of its failure otherwise. */
    fun outcome(
        engine: String,
        calls: List<String?>,
    ) = RaceOutcome(
        engine,
        server.requests.count { it.endpoint == server.tokenEndpoint.name && it.status == OK },
        server.reusedRefreshTokens,
        calls.size,
        calls.filterNotNull(),
    )

    companion object {
        private const val OK = 200

        /** For how long the race is run: `-Dstores.race=…` seconds, by default 5, and a minute in the long tests. */
        val DURATION: Duration =
            Duration.ofSeconds(Integer.getInteger("stores.race")?.toLong() ?: if (isLong) LONG_SECONDS else SECONDS)

        private const val SECONDS = 5L
        private const val LONG_SECONDS = 60L
    }
}

/** One instance of a service. */
class RaceInstance(
    metadata: AuthorizationServerMetadata,
    store: TokenStore,
    configure: ClientSettings.() -> Unit,
) {
    private val client =
        OpenIdClient(metadata, "app") {
            clientSecret(SECRET)
            // a machine that is busy is no outage
            timeout = Duration.ofSeconds(30)
            configure()
        }
    private val users =
        UserTokens(client) {
            store(store, TokenCipher.of(KEY))
            nearCopy = Duration.ofMillis(100)
            storeTimeout = Duration.ofSeconds(30)
            afterDoubt = AfterDoubt.NEVER
        }

    suspend fun begin(server: TestAuthorizationServer) =
        repeat(SESSIONS) { users.put("session-$it", server.tokens("user-$it")) }

    /** Null for each call that brought a token, the code of its failure otherwise. */
    suspend fun run(duration: Duration): List<String?> {
        val end = System.nanoTime() + duration.toNanos()
        return coroutineScope {
            List(CALLERS) { async(Dispatchers.Default) { callUntil(end) } }.awaitAll().flatten()
        }
    }

    private suspend fun callUntil(end: Long): List<String?> {
        val calls = mutableListOf<String?>()
        while (System.nanoTime() < end) {
            val session = ThreadLocalRandom.current().nextInt(SESSIONS)
            calls +=
                try {
                    users.source("session-$session").token()
                    null
                } catch (e: OAuthException) {
                    e.code
                }
            delay(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS))
        }
        return calls
    }

    suspend fun close() {
        users.close()
        users.closed()
        client.close()
    }
}
