package dev.openidclient.tokensource

import dev.openidclient.client.CellMap
import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.event.FailureClass
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.util.concurrent.atomic.AtomicReference

/**
 * Tokens for the client itself ([RFC 6749 §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)), kept and renewed
 * in time: one request for all callers, none for a caller who needs not wait, and an outage of the server that nobody
 * notices while a token lives.
 *
 * Held in memory; with a [store][ClientCredentialsSettings.store] all instances of a service share one token, also over a
 * restart. The store saves requests, and nothing else depends on it: where it fails each instance fetches a token of its
 * own.
 *
 * One for each client, for the life of the program; [close] it at the end. Safe for any number of coroutines and
 * threads at once. Throws [IllegalArgumentException] where the settings contradict themselves, or the client has no
 * timeout. The page `docs/tokens.md` shows how it is used, and `docs/many-instances.md` the store.
 */
public class ClientCredentialsTokens
    @JvmOverloads
    constructor(
        client: ClientSource,
        configure: ClientCredentialsSettings.() -> Unit = {},
    ) : AutoCloseable {
        private val settings = ClientCredentialsSettings().apply(configure)
        private val clientEngine = ClientEngine(client, "client_credentials", settings)
        private val engine = clientEngine.engine
        private val shelf = sharedShelf(clientEngine, settings)
        private val cells = CellMap(MOST_CELLS, engine.time, CellTraits<Cell>(engine))

        /**
         * Tokens for what [configure] asks for: scopes, resources, any other parameter. It is read now, and once. Two
         * sources that ask for the same share their tokens. Throws [IllegalStateException] where this is closed.
         */
        public fun source(configure: TokenRequestBuilder.() -> Unit = {}): TokenSource {
            engine.requireOpen()
            val form = formOf(emptySet(), configure)
            val key = keyOf(form)
            cell(key, form)
            return Source(key, form)
        }

        /**
         * Ends the renewals. Who waits gets [IllegalStateException], and so does whoever asks afterwards. The client
         * stays open.
         */
        override fun close() {
            engine.cancel()
        }

        /** Waits until nothing of this runs any more, after [close]. */
        public suspend fun closed() {
            engine.awaitEnd()
        }

        override fun toString(): String = "ClientCredentialsTokens(${engine.shown}, ${cells.size} sources)"

        private fun cell(
            key: String,
            form: Parameters,
        ): Cell = cells[key] ?: cells.getOrMake(key) { Cell(key, form) }

        private inner class Source(
            private val key: String,
            private val form: Parameters,
        ) : TokenSource {
            override suspend fun token(): TokenResponse = cell(key, form).token()

            override fun invalidate(tokens: TokenResponse) = cell(key, form).invalidate(tokens)

            override fun state(): TokenState = cell(key, form).state()

            override fun toString(): String = "TokenSource(${engine.shown}, ${form.names.joinToString()})"
        }

        private inner class Cell(
            key: String,
            private val form: Parameters,
        ) : FetchedCell(clientEngine, shelf, "service", key) {
            private val keeper = AtomicReference<Job?>()

            override suspend fun fetch(client: OpenIdClient): TokenResponse =
                client.clientCredentialsGrant { addAll(form) }

            override fun lifeOf(tokens: TokenResponse): HeldTokens = engine.rules.lifetime.hold(tokens, engine.time)

            override fun classOf(failure: Throwable): FailureClass = failureClassOf(failure)

            override fun landed(held: HeldTokens) {
                if (!settings.isKeptFresh || keeper.get()?.isActive == true) return
                keeper.set(engine.scope.launch { keepFresh() })
            }

            /** Renews without a caller, until nobody has asked for three lifetimes. */
            private suspend fun keepFresh() {
                var held = known
                while (held != null) {
                    delay(maxOf(held.millisUntilStale(engine.time), heldBackMillis, SHORTEST_PAUSE_MILLIS))
                    val idle = (engine.time.monotonicNanos - lastUsedAt) / NANOS_PER_MILLI
                    if (idle >= IDLE_LIFETIMES * held.lifetimeMillis) return
                    held = known
                    if (held?.freshness(engine.time) != Freshness.FRESH) renew()
                }
            }
        }

        private companion object {
            /** A program that asks for a form of its own each time must not fill the memory. */
            const val MOST_CELLS = 10_000
            const val IDLE_LIFETIMES = 3
            const val NANOS_PER_MILLI = 1_000_000

            /** While a renewal is on the way. */
            const val SHORTEST_PAUSE_MILLIS = 100L
        }
    }

/** The settings of [ClientCredentialsTokens]. */
public class ClientCredentialsSettings internal constructor() : SharedTokensSettings<ClientCredentialsSettings>() {
    internal var isKeptFresh = false
        private set

    /**
     * Renews tokens at the beginning of the refresh window also where nobody asks, so that a seldom caller need not wait.
     * Ends by itself where nobody has asked for three lifetimes of the token, until somebody does.
     */
    public fun keepFresh(): ClientCredentialsSettings {
        isKeptFresh = true
        return this
    }

    override fun self(): ClientCredentialsSettings = this
}
