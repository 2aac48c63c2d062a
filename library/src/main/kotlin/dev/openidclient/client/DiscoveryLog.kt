package dev.openidclient.client

import dev.openidclient.error.printable
import org.slf4j.Logger
import org.slf4j.LoggerFactory

/**
 * What operators read of the metadata of [issuer], under the name of [DiscoveredClient]: the first failure of each
 * row, and of each kind in it.
 */
internal class DiscoveryLog(
    issuer: String,
    private val logger: Logger = LOGGER,
) {
    private val shown = printable(issuer)

    fun recovered(failing: Failing) =
        logger.info(
            "{}: the metadata can be had again, after {} failures since {}",
            shown,
            failing.count,
            failing.since,
        )

    /** [earlier] is the failure before it in its row; null: it is the first. */
    fun failed(
        failure: Throwable,
        earlier: Throwable?,
        isFallbackUsed: Boolean,
    ) {
        val message = logged(failure)
        val isRefused = isRefusal(failure)
        when {
            // an answer that does not hold is another thing than none
            earlier != null && isRefusal(earlier) == isRefused ->
                logger.debug("{}: still no new metadata: {}", shown, message)
            isFallbackUsed -> logger.warn("{}: fallbackMetadata of the settings is used, for: {}", shown, message)
            isRefused -> logger.warn("{}: the server's metadata do not hold: {}", shown, message)
            else -> logger.info("{}: the metadata cannot be had: {}", shown, message)
        }
    }

    fun evicted() = logger.debug("{}: the client had to make room for others", shown)

    private companion object {
        val LOGGER: Logger = LoggerFactory.getLogger(DiscoveredClient::class.java)
    }
}
