package dev.openidclient.browser

import dev.openidclient.samples.kotlinweb.freePort
import dev.openidclient.samples.server.AdjustableClock
import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.scopes.FunSpecContainerScope
import kotlinx.coroutines.runBlocking
import java.time.Clock
import java.time.Duration
import dev.openidclient.samples.javaweb.Demo as JavaDemo
import dev.openidclient.samples.kotlinweb.Demo as KotlinDemo

/** The web applications: the same pages, once in Kotlin and once in Java. */
enum class WebSample(
    val cookie: String,
) {
    KOTLIN("KOTLIN_WEB_SESSION") {
        override fun start(clock: Clock): RunningSample {
            val demo = runBlocking { KotlinDemo.start(clock = clock) }
            return RunningSample(this, demo.url, demo.server, demo)
        }
    },
    JAVA("JAVA_WEB_SESSION") {
        override fun start(clock: Clock): RunningSample {
            val demo = JavaDemo.start(freePort(0, "web application", System.out), 0, clock)
            return RunningSample(this, demo.url(), demo.server(), demo)
        }
    },
    ;

    abstract fun start(clock: Clock = Clock.systemUTC()): RunningSample
}

class RunningSample(
    val sample: WebSample,
    val url: String,
    val server: EmbeddedAuthorizationServer,
    private val demo: AutoCloseable,
) : AutoCloseable by demo {
    /** What the home page is called, and the application. */
    val title: String get() = "${sample.name.lowercase().replaceFirstChar(Char::uppercase)} web sample"

    val user: String get() = server.user().username()

    val password: String get() = server.user().password()
}

/**
 * Runs [tests] with each web application; those of which one is enough, as both have the same pages and answers, with the
 * one that is [usual] alone unless `-Dlong` is set.
 */
fun FunSpec.withEachSample(
    clock: AdjustableClock = AdjustableClock(),
    usual: WebSample? = null,
    tests: suspend FunSpecContainerScope.(app: () -> RunningSample) -> Unit,
) {
    val isLong = System.getProperty("tests.long").toBoolean()
    for (sample in WebSample.entries.filter { usual == null || isLong || it == usual }) {
        context("$sample") {
            val running = lazy { sample.start(clock) }
            try {
                beforeTest { clock.putAhead(Duration.ZERO) }
                tests { running.value }
            } finally {
                if (running.isInitialized()) running.value.close()
            }
        }
    }
}
