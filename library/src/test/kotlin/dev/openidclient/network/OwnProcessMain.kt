package dev.openidclient.network

import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import kotlinx.coroutines.runBlocking
import org.slf4j.ILoggerFactory
import org.slf4j.IMarkerFactory
import org.slf4j.Logger
import org.slf4j.Marker
import org.slf4j.event.Level
import org.slf4j.helpers.BasicMarkerFactory
import org.slf4j.helpers.LegacyAbstractLogger
import org.slf4j.helpers.MessageFormatter
import org.slf4j.helpers.NOPMDCAdapter
import org.slf4j.spi.MDCAdapter
import org.slf4j.spi.SLF4JServiceProvider
import java.io.File
import java.util.logging.ConsoleHandler
import java.util.logging.LogManager
import kotlin.system.exitProcess
import java.util.logging.Level as JulLevel
import java.util.logging.Logger as JulLogger

internal const val OWN_PROCESS = "dev.openidclient.network.OwnProcessMainKt"

/**
 * In a JVM of its own: asks an engine for a URL, trusting the certificates of a file, through a proxy with credentials
 * where it is named, and prints the status of the answer or the failure.
 */
internal fun main(arguments: Array<String>) {
    val (engine, url, trusted) = arguments
    LogManager.getLogManager().getLogger("").run {
        level = JulLevel.ALL
        addHandler(ConsoleHandler().apply { level = JulLevel.ALL })
    }
    // the JDK's own view of its client, which shows everything; HttpEngine.JAVA says so
    JulLogger.getLogger("jdk.internal.httpclient.debug").level = JulLevel.OFF
    val proxied = arguments.getOrNull(3)
    val transport =
        HttpEngine.valueOf(engine).open {
            if (trusted != "-") tls { trustPem(File(trusted).readText()) }
            if (proxied != null) {
                proxy {
                    this.url = proxied
                    credentials("user", "pr0xy:p4ss")
                }
            }
        }
    transport.use {
        runBlocking {
            try {
                println("status ${it.send(HttpRequest("GET", url)).status}")
            } catch (e: OAuthException) {
                println("failed with ${e.javaClass.simpleName}: ${e.message}")
            }
        }
    }
    // the threads of the JDK's client end when it is collected
    exitProcess(0)
}

/** Prints what is logged, at every level: the system property `slf4j.provider` chooses it. */
class PrintingLogs : SLF4JServiceProvider {
    private val markers = BasicMarkerFactory()

    override fun getLoggerFactory(): ILoggerFactory = ILoggerFactory(::PrintingLogger)

    override fun getMarkerFactory(): IMarkerFactory = markers

    override fun getMDCAdapter(): MDCAdapter = NOPMDCAdapter()

    override fun getRequestedApiVersion(): String = "2.0.99"

    override fun initialize() = Unit

    private class PrintingLogger(
        private val title: String,
    ) : LegacyAbstractLogger(),
        Logger {
        override fun getName() = title

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
            println("$level $title ${MessageFormatter.basicArrayFormat(message, arguments)} ${cause.orEmpty()}")
        }

        private fun Throwable?.orEmpty() = this?.stackTraceToString().orEmpty()
    }
}
