package dev.openidclient.samples.kotlinweb

import dev.openidclient.error.OAuthException
import kotlinx.coroutines.runBlocking
import java.io.IOException
import java.io.PrintStream
import java.util.concurrent.CountDownLatch
import kotlin.system.exitProcess

private const val APPLICATION_PORT = 8080
private const val SERVER_PORT = 9000
private const val USAGE = """Starts an authorization server and a web application that signs people in there.

  (nothing)   serve until Ctrl-C, for a person with a browser
  --walk      sign in and out without a person, print every step, and end; the status is 0 if all went well"""

/** Serves until Ctrl-C; with `--walk` walks through the application and exits with the outcome. */
fun main(args: Array<String>) {
    val status = runBlocking { run(args.toList(), System.out) }
    if (status != 0) exitProcess(status)
}

/** Runs the program that [arguments] ask for and returns its exit status. */
suspend fun run(
    arguments: List<String>,
    out: PrintStream,
): Int =
    try {
        when (arguments) {
            emptyList<String>() ->
                serve(Demo.start(freePort(APPLICATION_PORT, "web application", out), SERVER_PORT), out)
            listOf("--walk") -> Demo.start().use { walk(it, out) }
            else -> {
                out.println(USAGE)
                if (arguments == listOf("--help")) 0 else 2
            }
        }
    } catch (e: OAuthException) {
        failed(e, out)
    } catch (e: IOException) {
        failed(e, out)
    }

private fun failed(
    failure: Exception,
    out: PrintStream,
): Int {
    out.println("The web application did not start: ${failure.message}")
    return 1
}

private fun serve(
    demo: Demo,
    out: PrintStream,
): Int {
    val stopped = CountDownLatch(1)
    Runtime.getRuntime().addShutdownHook(
        Thread {
            demo.close()
            out.println("Stopped.")
            stopped.countDown()
        },
    )
    out.println(
        """
        |
        |  Open         ${demo.url}
        |  Sign in as   ${demo.server.user().username()}
        |  Password     ${demo.server.user().password()}   (new at every start)
        |
        |Ctrl-C stops it.
        """.trimMargin(),
    )
    stopped.await()
    return 0
}
