package dev.openidclient.tokensource

import dev.openidclient.client.within
import dev.openidclient.event.ClientListener
import dev.openidclient.event.EventSource
import dev.openidclient.event.FailureClass
import dev.openidclient.event.Listeners
import dev.openidclient.event.ServedFrom
import dev.openidclient.token.TokenResponse
import java.time.Clock
import java.time.Duration

/**
 * A [TokenSource] of what a program's own code brings ([TokenSource.of]), as an identity that the platform writes to a
 * file. [close] it at the end.
 */
public class CustomTokens internal constructor(
    private val settings: CustomTokensSettings,
    private val obtain: suspend () -> TokenResponse,
) : TokenSource,
    AutoCloseable {
    private val engine =
        SourceEngine(
            settings.rules(),
            settings.time(settings.clock),
            settings.coroutineContext,
            Listeners.of(settings.listeners),
            EventSource(null, null, "custom", settings.name),
        )

    private val cell = Cell()

    override suspend fun token(): TokenResponse = cell.token()

    override fun invalidate(tokens: TokenResponse): Unit = cell.invalidate(tokens)

    override fun state(): TokenState = cell.state()

    /**
     * Ends the renewals. Who waits gets [IllegalStateException], and so does whoever asks afterwards.
     */
    override fun close() {
        engine.cancel()
    }

    /** Waits until nothing of this runs any more, after [close]. */
    public suspend fun closed() {
        engine.awaitEnd()
    }

    override fun toString(): String = "CustomTokens(${engine.shown})"

    private inner class Cell : TokenCell(engine) {
        override suspend fun obtain(): Obtained {
            val what = { "the token source (${engine.shown})" }
            val tokens = within(settings.timeout, what, block = obtain)
            return Obtained(engine.rules.lifetime.hold(tokens, engine.time), ServedFrom.FLIGHT)
        }

        override fun classOf(failure: Throwable): FailureClass = failureClassOf(failure)
    }
}

/** The settings of [TokenSource.of]. */
public class CustomTokensSettings internal constructor() : TokenSourceSettings<CustomTokensSettings>() {
    /** Where the time comes from. Default: the system's clock. */
    @set:JvmSynthetic // Java has the function
    public var clock: Clock = Clock.systemUTC()

    /** Sets [clock] and returns these settings: for Java. */
    public fun clock(clock: Clock): CustomTokensSettings = apply { this.clock = clock }

    /** The time that it may take to bring tokens. Default 30 seconds. */
    @set:JvmSynthetic // Java has the function
    public var timeout: Duration = Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS)

    /** Sets [timeout] and returns these settings: for Java. */
    public fun timeout(timeout: Duration): CustomTokensSettings {
        this.timeout = timeout
        return this
    }

    internal val listeners = ArrayList<ClientListener>()

    /** Adds a listener, which hears of what becomes of the tokens. */
    public fun listener(listener: ClientListener): CustomTokensSettings {
        listeners += listener
        return this
    }

    override fun self(): CustomTokensSettings = this

    private companion object {
        const val DEFAULT_TIMEOUT_SECONDS = 30L
    }
}
