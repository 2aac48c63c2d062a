package dev.openidclient.benchmarks.loop

import java.io.File
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.exists
import kotlin.io.path.readLines

/** Server and clients on cores of their own, where there are two and the program `taskset`. */
internal object Pinning {
    private val status = Path.of("/proc/self/status")

    // asked before anything is pinned
    private val cores: List<Int> =
        if (hasTaskset() &&
            status.exists()
        ) {
            allowedCores(status.readLines())
        } else {
            emptyList()
        }

    private val client: Int? = cores.firstOrNull()?.takeIf { cores.size > 1 }
    private val server: Int? = cores.getOrNull(1)

    val note: String =
        if (client == null) {
            "Server and clients share the cores: there is one only, or no taskset."
        } else {
            "The server has a core to itself (taskset), and the clients have another."
        }

    fun onServerCore(command: List<String>): List<String> = on(server, command)

    fun onClientCore(command: List<String>): List<String> = on(client, command)

    private fun on(
        core: Int?,
        command: List<String>,
    ) = if (core == null) command else listOf("taskset", "-c", "$core") + command

    /** Puts all threads of this process on the core of the clients. */
    fun pinThis() {
        if (client == null) return
        val command = listOf("taskset", "-acp", "$client", "${ProcessHandle.current().pid()}")
        val process = ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
        check(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) { "taskset could not pin this process" }
    }

    private fun hasTaskset() =
        System.getenv("PATH").orEmpty().split(File.pathSeparator).any { File(it, "taskset").canExecute() }
}

/** The cores that the [status] of a process allows it: `0-2,5` are four. */
internal fun allowedCores(status: List<String>): List<Int> =
    status
        .firstOrNull { it.startsWith(ALLOWED) }
        ?.removePrefix(ALLOWED)
        ?.trim()
        ?.split(',')
        ?.flatMap { it.substringBefore('-').toInt()..it.substringAfter('-').toInt() }
        .orEmpty()

private const val ALLOWED = "Cpus_allowed_list:"
