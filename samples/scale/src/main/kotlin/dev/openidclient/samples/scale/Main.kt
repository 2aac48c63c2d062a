package dev.openidclient.samples.scale

import java.io.IOException
import java.io.PrintStream
import java.sql.SQLException
import kotlin.system.exitProcess

/** Runs what the arguments say, and exits with the outcome. */
fun main(args: Array<String>) {
    val status = run(args.toList(), System.out)
    if (status != 0) exitProcess(status)
}

/** Runs what [words] say and returns the exit status. */
fun run(
    words: List<String>,
    out: PrintStream,
): Int {
    val arguments = Arguments.parse(words)
    if (arguments == null) {
        out.println(Arguments.USAGE)
        return if (words == listOf("--help")) 0 else 2
    }
    val run = ScaleRun(arguments, out)
    // Ctrl-C: nothing that was started stays behind
    val end = Thread(run::close)
    Runtime.getRuntime().addShutdownHook(end)
    try {
        val outcome = run.use { it.run() }
        out.println(outcome)
        return if (outcome.isGood) 0 else 1
    } catch (e: IOException) {
        return failed(e, out)
    } catch (e: SQLException) {
        return failed(e, out)
    } catch (e: IllegalStateException) {
        return failed(e, out)
    } finally {
        if (end.state == Thread.State.NEW) withdraw(end)
    }
}

/** Where the program ends already it is too late, and it runs. */
private fun withdraw(hook: Thread) {
    try {
        Runtime.getRuntime().removeShutdownHook(hook)
    } catch (_: IllegalStateException) {
        return
    }
}

private fun failed(
    failure: Exception,
    out: PrintStream,
): Int {
    out.println("The run has failed: ${failure.message}")
    return 1
}
