package dev.openidclient.client

import dev.openidclient.metadata.OpenIdClientDsl
import java.util.function.Consumer

/**
 * How requests are sent that belong to no client: what the settings of several entry points have in common. [S] is the
 * settings themselves, so that calls chain.
 */
@OpenIdClientDsl
public abstract class ConnectedSettings<S : ConnectedSettings<S>> internal constructor() {
    /**
     * The connection to send through, as [Connection.open] made it, or of a client: it stays open. Default null: one
     * that is opened for each operation, and closed at its end.
     */
    @set:JvmSynthetic // Java has the function
    public var connection: Connection? = null

    private var own: ConnectionSettings? = null

    /** Sets [connection] and returns these settings: for Java. */
    public fun connection(connection: Connection?): S = self().also { this.connection = connection }

    /** How requests are sent: timeouts, proxy, TLS, clock, as [ConnectionSettings] have them. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun connection(configure: ConnectionSettings.() -> Unit): S =
        self().also { own = (own ?: ConnectionSettings()).apply(configure) }

    /** How requests are sent: for Java. */
    public fun connection(configure: Consumer<ConnectionSettings>): S = connection { configure.accept(this) }

    internal abstract fun self(): S

    /** Throws [IllegalArgumentException] where these settings contradict themselves. */
    internal fun way(): ConnectionWay {
        require(connection == null || own == null) {
            "connection { } says how a connection of its own is to be: " +
                "with a connection that is given, say it in Connection.open { }"
        }
        return ConnectionWay(connection, own ?: ConnectionSettings())
    }
}

/** Through a connection that was [given], or through one of its own, which is opened for an operation and closed after it. */
internal class ConnectionWay(
    private val given: Connection?,
    private val own: ConnectionSettings,
) {
    val traits: ConnectionTraits = given?.traits ?: own.traits()

    inline fun <T> through(operation: (Connection) -> T): T {
        given?.let { return operation(it) }
        val opened = own.open()
        try {
            return operation(opened)
        } finally {
            opened.close()
        }
    }
}
