package dev.openidclient.event

import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentHashMap

/** The listeners of a client. What one of them throws reaches nobody but the log, and that once for its class. */
internal class Listeners private constructor(
    private val all: List<ClientListener>,
) {
    fun started(operation: Operation): List<Observation> =
        all.map { listener -> guarded(listener) { started(operation) } ?: Observation.NONE }

    fun finished(
        observations: List<Observation>,
        outcome: Outcome,
    ) = observations.forEachIndexed { i, observation -> guarded(all[i]) { observation.finished(outcome) } }

    fun happened(event: TokenEvent) = all.forEach { guarded(it) { happened(event) } }

    private inline fun <T : Any> guarded(
        listener: ClientListener,
        tell: ClientListener.() -> T,
    ): T? =
        try {
            listener.tell()
        } catch (
            // a listener is anybody's: nothing that it throws may end a sign-in
            @Suppress("TooGenericExceptionCaught") e: Exception,
        ) {
            if (TOLD.size < MOST_TOLD && TOLD.add(listener.javaClass.name)) {
                logger.warn("{} failed, and is not reported again", listener.javaClass.name, e)
            }
            null
        }

    companion object {
        /** Null where there are none: then nothing is to be made for them. */
        fun of(listeners: List<ClientListener>): Listeners? =
            if (listeners.isEmpty()) null else Listeners(listeners.toList())

        private const val MOST_TOLD = 1_000
        private val TOLD: MutableSet<String> = ConcurrentHashMap.newKeySet()
        private val logger = LoggerFactory.getLogger(ClientListener::class.java)
    }
}
