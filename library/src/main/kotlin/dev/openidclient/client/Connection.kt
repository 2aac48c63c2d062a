package dev.openidclient.client

import dev.openidclient.event.Listeners
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.OwnTransport
import java.time.Duration
import java.util.function.Consumer
import java.util.function.Predicate

/**
 * The way to the servers: an HTTP engine with its connections, and the limits, the clock and the listeners of whatever
 * is sent through it. Safe to use from any number of coroutines and threads at once.
 *
 * A client makes one for itself, and closes it. One that [open] made is for several clients ([ClientSettings.connection]):
 * they never close it, who opened it does, after the last of them. A call in flight or afterwards ends with a
 * [dev.openidclient.error.TransportException].
 */
public class Connection internal constructor(
    internal val transport: HttpTransport,
    /** What is closed with this; null where [transport] was given. */
    internal val ownTransport: OwnTransport?,
    internal val limits: AnswerLimits,
    internal val time: ProtocolTime,
    internal val traits: ConnectionTraits,
    /** Null: nobody listens. */
    internal val listeners: Listeners?,
) : AutoCloseable {
    /** Closes the HTTP engine that was made for this; a transport that was given stays open. */
    override fun close() {
        ownTransport?.close()
        Deadlines.OF_ALL.endIfIdle()
    }

    override fun toString(): String =
        "Connection(timeout=${limits.timeout}, maximumResponseSize=${limits.maximumResponseSize})"

    public companion object {
        /**
         * Opens a connection for several clients. Throws [IllegalArgumentException] where the settings contradict
         * themselves, or the engine cannot do what they say.
         */
        @JvmSynthetic // hidden from Java, where a lambda would fit both
        public fun open(configure: ConnectionSettings.() -> Unit): Connection =
            ConnectionSettings().apply(configure).open()

        /** Opens a connection for several clients, with the default settings. */
        @JvmStatic
        public fun open(): Connection = ConnectionSettings().open()

        /** Opens a connection for several clients, with settings of its own: for Java. */
        @JvmStatic
        public fun open(configure: Consumer<ConnectionSettings>): Connection = open { configure.accept(this) }
    }
}

/** What an answer may take. */
internal class AnswerLimits(
    /** Of one request with the body of its answer; zero: none. */
    val timeout: Duration,
    /** In bytes. */
    val maximumResponseSize: Int,
)

/** What is known of a [Connection] before it is opened. */
internal class ConnectionTraits(
    val insecureRequestsAllowed: Boolean,
    /** Whether requests for an `https` URL may go over plain `http`. */
    val mapsInsecurely: Boolean,
    /** Whether the transport really presents a client certificate, whatever the client metadata says. */
    val hasClientCertificate: Boolean,
    /** Asked about each URL that came from the network; null: all are permitted. */
    val permitUrl: Predicate<String>?,
)
