package dev.openidclient.integration

import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import dev.openidclient.samples.server.HeadlessBrowser

/** One Spring Authorization Server for the test JVM, started at the first use and stopped with the JVM. */
object SpringServer {
    private val server: EmbeddedAuthorizationServer by lazy {
        EmbeddedAuthorizationServer
            .start(0, listOf(Application.CALLBACK), listOf(Application.SIGNED_OUT))
            .also { Runtime.getRuntime().addShutdownHook(Thread(it::close)) }
    }

    /** The server with its issuer, its clients and its orders. */
    @JvmStatic
    fun get(): EmbeddedAuthorizationServer = server

    /** A new browser session of the one person who can sign in there. */
    @JvmStatic
    fun browser(): HeadlessBrowser = HeadlessBrowser(server.user().username(), server.user().password())
}
