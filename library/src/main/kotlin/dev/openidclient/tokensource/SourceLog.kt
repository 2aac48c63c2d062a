package dev.openidclient.tokensource

import dev.openidclient.client.Failing
import dev.openidclient.client.logged
import dev.openidclient.event.FailureClass
import org.slf4j.LoggerFactory

/**
 * What operators read of token sources, under `dev.openidclient.tokensource`: an outage once when it begins and once
 * when it ends, and whatever costs somebody the session. No line has a token, a key or a session id.
 */
internal object SourceLog {
    private val logger = LoggerFactory.getLogger("dev.openidclient.tokensource")

    fun recovered(
        engine: SourceEngine,
        failing: Failing,
    ) {
        if (!logger.isInfoEnabled) return
        logger.info(
            "{}: tokens can be had again, after {} failures since {}",
            engine.shown,
            failing.count,
            failing.since,
        )
    }

    fun failed(
        engine: SourceEngine,
        failureClass: FailureClass,
        failure: Throwable,
        isFirst: Boolean,
    ) {
        val shown = engine.shown
        val message = logged(failure)
        when (failureClass) {
            FailureClass.SESSION_OVER ->
                if (failure.cause != null) {
                    logger.warn("{}: the server has ended a session: {}", shown, message)
                } else {
                    logger.debug("{}: there is no session: {}", shown, message)
                }
            FailureClass.DOUBT -> logger.warn("{}: a refresh is in doubt: {}", shown, message)
            FailureClass.STORE -> logger.warn("{}: the token store failed: {}", shown, message)
            FailureClass.SUBJECT_REFUSED -> logger.debug("{}: the subject token is refused: {}", shown, message)
            FailureClass.OUTAGE, FailureClass.CONFIGURATION ->
                if (isFirst) {
                    logger.info("{}: no tokens can be had: {}", shown, message)
                } else {
                    logger.debug("{}: still no tokens: {}", shown, message)
                }
        }
    }

    /** Nobody notices but the authorization server. */
    fun withoutStore(
        engine: SourceEngine,
        failure: Throwable,
        isFirst: Boolean,
    ) {
        val shown = engine.shown
        val message = logged(failure)
        if (isFirst) {
            logger.warn("{}: goes on without the token store: {}", shown, message)
        } else {
            logger.debug("{}: still without the token store: {}", shown, message)
        }
    }

    fun evicted(engine: SourceEngine) = logger.debug("{}: an entry had to make room for others", engine.shown)

    fun late(
        engine: SourceEngine,
        what: String,
        failure: Throwable,
    ) = logger.debug("{}: {}: {}", engine.shown, what, logged(failure))
}
