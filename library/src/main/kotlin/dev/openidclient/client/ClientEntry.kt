package dev.openidclient.client

import dev.openidclient.error.printable
import java.util.function.Consumer

/** What a program knows of itself as the client of one server: what the [ClientFinder] of a [ClientRegistry] finds. */
public class ClientEntry
    @JvmOverloads
    constructor(
        public val clientId: String,
        internal val configure: Consumer<ClientSettings> = Consumer {},
    ) {
        override fun toString(): String = "ClientEntry(${printable(clientId)})"
    }

/** The same with [configure] for Kotlin. How requests are sent, `connection` and `coroutineContext` are the registry's. */
@JvmSynthetic // a constructor, but that would not hide from Java, where a lambda would fit both
public fun ClientEntry(
    clientId: String,
    configure: ClientSettings.() -> Unit,
): ClientEntry = ClientEntry(clientId, Consumer { it.configure() })

/** Finds what a program knows of the servers that it is a client of. */
public fun interface ClientFinder {
    /**
     * What the client of [issuer] is; null where that is no server of this program's, so that nothing is asked of it.
     * [issuer] may come from anybody: compare it with what is known, character by character.
     *
     * Runs in the registry's coroutines, once for all who ask for [issuer] at the time, and no longer than `timeout` in
     * the settings. What it throws reaches those who asked. No answer is kept but a [ClientEntry]: who is not known is
     * looked for each time.
     */
    public suspend fun find(issuer: String): ClientEntry?
}
