package dev.openidclient.testing

import org.slf4j.Marker
import org.slf4j.event.Level
import org.slf4j.helpers.LegacyAbstractLogger
import org.slf4j.helpers.MessageFormatter

/** Remembers what is logged, at every level. */
class RecordingLogger : LegacyAbstractLogger() {
    class Line(
        val level: Level,
        val message: String,
        val cause: Throwable?,
    )

    val lines = mutableListOf<Line>()

    override fun isTraceEnabled() = true

    override fun isDebugEnabled() = true

    override fun isInfoEnabled() = true

    override fun isWarnEnabled() = true

    override fun isErrorEnabled() = true

    override fun getFullyQualifiedCallerName(): String? = null

    override fun handleNormalizedLoggingCall(
        level: Level,
        marker: Marker?,
        message: String,
        arguments: Array<out Any?>?,
        cause: Throwable?,
    ) {
        lines += Line(level, MessageFormatter.basicArrayFormat(message, arguments), cause)
    }
}
