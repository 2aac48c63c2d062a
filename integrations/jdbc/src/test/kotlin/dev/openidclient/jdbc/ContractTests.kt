package dev.openidclient.jdbc

import dev.openidclient.contract.ContractCheck
import dev.openidclient.contract.ReplayCacheContract
import dev.openidclient.contract.TokenStoreContract
import dev.openidclient.tokenstore.ReplayCache
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import kotlinx.coroutines.delay
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import javax.sql.DataSource

private const val AT_ONCE = 8
private const val A_LITTLE_MORE = 20L

/** The duties of both stores, at a database whose clock nobody moves. */
internal fun FunSpec.contractTests(dataSource: () -> DataSource) {
    val database by lazy(dataSource)

    context("of a token store") {
        val contract =
            object : TokenStoreContract() {
                override fun store() = JdbcTokenStore(database)

                override fun otherInstance(store: TokenStore) = JdbcTokenStore(database)

                override suspend fun pass(duration: Duration) = delay(duration.toMillis() + A_LITTLE_MORE)
            }
        allAtOnce(contract.checks())
    }

    context("of a replay cache") {
        val contract =
            object : ReplayCacheContract() {
                override fun cache() = JdbcReplayCache(database)

                override fun otherInstance(cache: ReplayCache) = JdbcReplayCache(database)

                override fun now(): Instant = Instant.now()

                override suspend fun pass(duration: Duration) = delay(duration.toMillis() + A_LITTLE_MORE)
            }
        allAtOnce(contract.checks())
    }
}

/** Each as a test of its own, while all of them run: some wait for seconds. */
private suspend fun FunSpecContainerScope.allAtOnce(checks: List<ContractCheck>) {
    val threads = Executors.newFixedThreadPool(AT_ONCE) { Thread(it).apply { isDaemon = true } }
    val running = checks.associate { it.name to threads.submit(it::run) }
    threads.shutdown()
    for (check in checks) {
        test(check.name) {
            try {
                running.getValue(check.name).get()
            } catch (e: ExecutionException) {
                throw e.cause ?: e
            }
        }
    }
}
