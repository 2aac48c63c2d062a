package dev.openidclient.jdbc

import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong

/** Deletes the rows of [table] that have expired, which nobody sees any more, from time to time. */
internal class Expiry(
    private val database: Database,
    private val table: String,
    private val nanoTime: () -> Long = System::nanoTime,
) {
    private val nextAt = AtomicLong(nanoTime())

    /** To be called after a write: begins a cleaning where one is due, and does not wait for it. */
    fun afterWrite() {
        val now = nanoTime()
        val due = nextAt.get()
        if (now - due < 0 || !nextAt.compareAndSet(due, now + INTERVAL_NANOS)) return
        database.aside { statements ->
            val sql = sql(statements.dialect)
            var batches = 0
            do {
                val deleted = statements.update(sql)
            } while (deleted == BATCH && ++batches < MOST_BATCHES)
        }
    }

    private fun sql(dialect: Dialect): String {
        val expired = "from $table where expires_at <= ${dialect.now}"
        if (!dialect.isPostgres) return "delete $expired ${dialect.atMost}"
        // what another instance deletes is left to it
        return "delete from $table where id in (select id $expired limit $BATCH for update skip locked)"
    }

    companion object {
        const val BATCH: Int = 1_000
        private const val MOST_BATCHES = 1_000
        private val INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(10)
    }
}
