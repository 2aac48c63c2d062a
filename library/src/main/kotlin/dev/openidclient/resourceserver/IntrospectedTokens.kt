package dev.openidclient.resourceserver

import dev.openidclient.client.CellMap
import dev.openidclient.client.ClientSource
import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.ProtocolTime
import dev.openidclient.client.SourceTime
import dev.openidclient.client.connectionOf
import dev.openidclient.client.forOneWaiter
import dev.openidclient.event.FailureClass
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.token.introspect
import dev.openidclient.tokensource.failureClassOf
import dev.openidclient.tokensource.statusOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import kotlin.coroutines.EmptyCoroutineContext

/**
 * What one server says of its opaque tokens ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)), kept for as long as
 * [rules] allow. Without that each question goes to the server, in the coroutine of who asks.
 *
 * Kept are answers and never failures, by a hash of the token. All who ask for one token at a time wait for one
 * request, which runs in [coroutines]: who is cancelled stops waiting, and nothing else.
 */
internal class IntrospectedTokens(
    private val source: ClientSource,
    private val rules: IntrospectionRules,
    private val protocolTime: ProtocolTime,
    private val time: SourceTime,
    private val coroutines: OwnCoroutines,
) {
    private val cells = CellMap(MOST_ENTRIES, time, Traits())

    /** Until when nobody waits for the server who can do without, by [SourceTime.monotonicMillis]. */
    @Volatile
    private var avoidedUntil: Long? = null

    val size: Int get() = cells.size

    /**
     * What the server says of [token]. Throws [RefusedToken] where that is not enough,
     * [dev.openidclient.error.OAuthException] where the server cannot be asked or its answer cannot be used.
     */
    suspend fun claims(token: String): JsonObject {
        check(!coroutines.isClosed) { CLOSED }
        val answer =
            if (rules.ttl.isZero) asked(token) else cells.getOrMake(keyOf(token)) { Cell() }.answer(token)
        return answer.claims(protocolTime)
    }

    private suspend fun asked(token: String): IntrospectedToken {
        val client = source.client()
        val response = client.introspect(token) { tokenTypeHint("access_token") }
        return IntrospectedToken(response, client.server.issuer, rules)
    }

    /** From which no token can be told: memory may be dumped. */
    private fun keyOf(token: String): String = Base64Url.encode(Jca.digest("SHA-256").digest(token.encodeToByteArray()))

    /** An answer that came to a question of a moment ago. */
    private inner class Kept(
        val answer: IntrospectedToken,
        private val askedAtWall: Long,
        private val askedAtMonotonic: Long,
    ) {
        // of whichever clock goes faster: a machine may have been suspended
        private val age: Long
            get() = maxOf(time.wallMillis - askedAtWall, time.monotonicMillis - askedAtMonotonic)

        private val lifetime: Long
            get() =
                SourceTime
                    .millis(rules.ttl)
                    .let { if (answer.isActive) it else minOf(it, LONGEST_INACTIVE_MILLIS) }

        val isFresh: Boolean get() = age < lifetime && answer.isUnexpired(protocolTime)

        /** Whether it is better than nothing while the server cannot be reached. */
        val isUsableInOutage: Boolean
            get() =
                answer.isActive &&
                    answer.isUnexpired(protocolTime) &&
                    age < lifetime + SourceTime.millis(rules.staleOnOutage)
    }

    /** How a request ended: with an answer, or a failure. */
    private class Landing(
        val answer: IntrospectedToken?,
        val failure: Throwable?,
    )

    /** What is known of one token, and the one request on the way. */
    private inner class Cell {
        private val lock = Any()

        @Volatile
        private var kept: Kept? = null
        private var flight: CompletableDeferred<Landing>? = null

        @Volatile
        var lastUsedAt: Long = time.monotonicNanos
            private set

        val isFlying: Boolean get() = synchronized(lock) { flight != null }

        /** Nobody has asked by it yet. */
        @Volatile
        private var isNew = true

        val isUseless: Boolean
            get() = !isNew && !isFlying && kept.let { it == null || !(it.isFresh || it.isUsableInOutage) }

        suspend fun answer(token: String): IntrospectedToken {
            lastUsedAt = time.monotonicNanos
            kept?.let { if (it.isFresh || isAvoided(it)) return it.answer }
            val landing = joined(token).await()
            return landing.answer ?: inOutage(checkNotNull(landing.failure))
        }

        private fun isAvoided(kept: Kept): Boolean =
            kept.isUsableInOutage && avoidedUntil?.let { time.monotonicMillis < it } == true

        private fun inOutage(failure: Throwable): IntrospectedToken =
            kept?.takeIf { isOutage(failure) && it.isUsableInOutage && !coroutines.isClosed }?.answer
                ?: throw forOneWaiter(failure)

        private fun joined(token: String): CompletableDeferred<Landing> {
            val started = CompletableDeferred<Landing>()
            synchronized(lock) {
                flight?.let { return it }
                // the one before has landed since
                kept?.takeIf { it.isFresh }?.let { return CompletableDeferred(Landing(it.answer, null)) }
                flight = started
                isNew = false
            }
            val context = connectionOf(source)?.listeners?.backgroundContext() ?: EmptyCoroutineContext
            coroutines.run(afterwards = { ended(started, it) }, context) { fly(token, started) }
            return started
        }

        private suspend fun fly(
            token: String,
            flight: CompletableDeferred<Landing>,
        ) {
            val wall = time.wallMillis
            val monotonic = time.monotonicMillis
            try {
                val answer = asked(token)
                avoidedUntil = null
                land(flight, Landing(answer, null), Kept(answer, wall, monotonic))
            } catch (e: CancellationException) {
                throw e
            } catch (
                // every waiter hears of it, whatever it is
                @Suppress("TooGenericExceptionCaught") e: Throwable,
            ) {
                // this is closed, and with it maybe the engine: that is no failure of the server's
                if (!currentCoroutineContext().isActive) throw e
                if (isOutage(e)) avoidedUntil = time.monotonicMillis + AVOIDED_MILLIS
                land(flight, Landing(null, e), null)
            }
        }

        private fun land(
            flight: CompletableDeferred<Landing>,
            landing: Landing,
            kept: Kept?,
        ) {
            synchronized(lock) {
                this.flight = null
                if (kept != null) this.kept = kept
            }
            flight.complete(landing)
        }

        private fun ended(
            flight: CompletableDeferred<Landing>,
            cause: Throwable?,
        ) {
            if (flight.isCompleted) return
            val message = if (coroutines.isClosed) CLOSED else CANNOT_RUN
            val failure = IllegalStateException(message, cause?.takeUnless { coroutines.isClosed })
            land(flight, Landing(null, failure), null)
        }
    }

    private inner class Traits : CellMap.Traits<Cell> {
        override fun isBusy(cell: Cell): Boolean = cell.isFlying

        override fun isUseless(cell: Cell): Boolean = cell.isUseless

        override fun lastUsedAt(cell: Cell): Long = cell.lastUsedAt

        override fun evicted(cell: Cell) = Unit
    }

    companion object {
        const val CLOSED: String = "the resource server is closed"

        private const val CANNOT_RUN =
            "introspection cannot run: the coroutineContext or executor of the settings has ended, or takes nothing"

        const val MOST_ENTRIES: Int = 10_000

        /** A token that is not active now may become so: one that its server has not heard of everywhere yet. */
        private val LONGEST_INACTIVE_MILLIS = Duration.ofSeconds(5).toMillis()

        private val CLIENT_ERRORS = 400..499

        /** So that not everybody waits until the time of a request is up. */
        private val AVOIDED_MILLIS = Duration.ofSeconds(5).toMillis()

        // who asks too much was answered
        private fun isOutage(failure: Throwable): Boolean =
            failureClassOf(failure) == FailureClass.OUTAGE && statusOf(failure) !in CLIENT_ERRORS
    }
}
