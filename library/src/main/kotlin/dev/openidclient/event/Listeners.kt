package dev.openidclient.event

import kotlinx.coroutines.Job
import org.slf4j.Logger
import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** The listeners of a client. What one of them throws reaches nobody but the log, and that once for its class. */
internal class Listeners private constructor(
    private val all: List<ClientListener>,
    private val logger: Logger,
) {
    fun started(operation: Operation): List<Observation> =
        all.map { listener -> guarded(listener) { started(operation) } ?: Observation.NONE }

    /** What [observations] want to have in the context meanwhile: of the same element, the last one's. */
    fun context(observations: List<Observation>): CoroutineContext =
        sumOf(observations.indices) { i -> guarded(all[i]) { observations[i].context } }

    /** What they want to have in the context of work that a caller sets off: of the same element, the last one's. */
    fun backgroundContext(): CoroutineContext = sumOf(all.indices) { i -> guarded(all[i]) { backgroundContext() } }

    private inline fun sumOf(
        indices: IntRange,
        context: (Int) -> CoroutineContext?,
    ): CoroutineContext =
        indices
            .fold<Int, CoroutineContext>(
                EmptyCoroutineContext,
            ) { sum, i -> sum + (context(i) ?: EmptyCoroutineContext) }
            // where the work runs, and who may cancel it, is not theirs to say
            .minusKey(ContinuationInterceptor)
            .minusKey(Job)

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
            // a listener is anybody's: nothing that it throws may end a sign-in, nor may a class that it lacks
            @Suppress("TooGenericExceptionCaught") e: Throwable,
        ) {
            if (TOLD.size < MOST_TOLD && TOLD.add(listener.javaClass.name)) {
                logger.warn("{} failed, and is not reported again", listener.javaClass.name, e)
            }
            null
        }

    companion object {
        /** Null where there are none: then nothing is to be made for them. */
        fun of(
            listeners: List<ClientListener>,
            logger: Logger = LOGGER,
        ): Listeners? = if (listeners.isEmpty()) null else Listeners(listeners.toList(), logger)

        private const val MOST_TOLD = 1_000
        private val TOLD: MutableSet<String> = ConcurrentHashMap.newKeySet()
        private val LOGGER = LoggerFactory.getLogger(ClientListener::class.java)
    }
}
