package dev.openidclient.samples.mcp

import kotlinx.coroutines.runBlocking
import java.io.PrintStream
import kotlin.system.exitProcess

private const val USAGE_STATUS = 2
private const val USAGE =
    """Starts an authorization server and an MCP server that takes its tokens.

  (nothing)   serve until Ctrl-C, for an agent of your own
  --walk      let an agent in Kotlin and one in Java use it, print every step, and end; the status is 0 if all went well"""

fun main(arguments: Array<String>) {
    System.setProperty("kotlin-logging.logStartupMessage", "false")
    val status = run(arguments.toList(), System.out)
    // what a library leaves running, as the threads of an HTTP client, keeps no program alive
    exitProcess(status)
}

/** Runs the program that [arguments] ask for and returns its exit status. */
internal fun run(
    arguments: List<String>,
    out: PrintStream,
): Int {
    when (arguments) {
        emptyList<String>() -> Demo().use { serve(it, out) }
        listOf("--walk") -> return Demo().use { demo -> runBlocking { Walk(demo, out).run() } }
        else -> out.println(USAGE)
    }
    return if (arguments.isEmpty() || arguments == listOf("--help")) 0 else USAGE_STATUS
}

private fun serve(
    demo: Demo,
    out: PrintStream,
) {
    out.println("The MCP server: ${demo.url}; who signs in is whoever the page asks for. Ctrl-C stops both.")
    Thread.currentThread().join()
}
