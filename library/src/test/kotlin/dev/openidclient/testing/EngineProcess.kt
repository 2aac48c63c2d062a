package dev.openidclient.testing

import java.io.File
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import java.sql.SQLException
import java.util.concurrent.TimeUnit

/** Ends the engine when the pipe from this JVM ends, however that happens, and removes its folder. */
private val WATCH =
    """
    trap : INT TERM HUP
    folder=${'$'}1; signal=${'$'}2; shift 2
    "${'$'}@" </dev/null >"${'$'}folder.log" 2>&1 &
    engine=${'$'}!
    echo ${'$'}engine
    cat >/dev/null
    kill -${'$'}signal ${'$'}engine 2>/dev/null
    kill -CONT ${'$'}engine 2>/dev/null
    wait ${'$'}engine
    rm -rf "${'$'}folder" "${'$'}folder.log"
    """.trimIndent()

private val ORDINARY_USERS = listOf("postgres", "mysql", "nobody")
private const val PATIENCE_SECONDS = 60L

/**
 * A database server of this machine's packages, started for the tests on 127.0.0.1 with a new [folder] for its data.
 * It ends with [close], and with this JVM, also where that is killed.
 */
class EngineProcess(
    private val folder: Path,
    command: List<String>,
    signal: String,
) : AutoCloseable {
    private val shell =
        ProcessBuilder(listOf("sh", "-c", WATCH, "sh", "$folder", signal) + command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
    private val pid = shell.inputStream.bufferedReader().readLine().toLong()

    val log: String get() = File("$folder.log").takeIf(File::exists)?.readText().orEmpty()

    /** As a machine that loses its power: with all its processes. */
    fun kill() {
        val engine = ProcessHandle.of(pid).orElse(null) ?: return
        val others = engine.descendants().toList()
        engine.destroyForcibly()
        others.forEach { it.destroyForcibly() }
        engine.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS)
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1)
        // where nobody asks for the exit status of orphans they seem to live on
        while (others.any { it.isAlive } && System.nanoTime() < end) Thread.sleep(PAUSE)
    }

    /** Stops it without ending it: it answers nothing, and its connections stay open. */
    fun freeze() = signal("STOP")

    fun thaw() = signal("CONT")

    private fun signal(name: String) {
        check(ProcessBuilder("kill", "-$name", "$pid").start().waitFor() == 0) { "kill -$name $pid" }
    }

    /** Until [isThere] says so, which throws [IOException] or [SQLException] until then. */
    fun await(isThere: () -> Boolean): EngineProcess {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)
        var last: Exception? = null
        while (System.nanoTime() < end) {
            try {
                if (isThere()) return this
            } catch (e: IOException) {
                last = e
            } catch (e: SQLException) {
                last = e
            }
            Thread.sleep(PAUSE)
        }
        throw IllegalStateException("$folder: does not start:\n$log", last)
    }

    override fun close() {
        shell.outputStream.close()
        if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) kill()
    }

    companion object {
        private const val PAUSE = 50L

        private val isRoot: Boolean get() = System.getProperty("user.name") == "root"

        /** The program on the PATH, or in one of [folders]; null where it is not on this machine. */
        fun find(
            program: String,
            vararg folders: String,
        ): String? =
            (System.getenv("PATH").orEmpty().split(File.pathSeparator) + folders)
                .map { File(it, program) }
                .firstOrNull(File::canExecute)
                ?.path

        fun freePort(): Int = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }

        /** A new folder, of the ordinary user that [asOrdinaryUser] runs as. */
        fun newFolder(name: String): Path {
            val folder = Files.createTempDirectory("openid-client-$name-")
            if (isRoot) {
                val users = folder.fileSystem.userPrincipalLookupService
                Files.setOwner(folder, users.lookupPrincipalByName(ordinaryUser))
            }
            return folder
        }

        /** For programs that refuse to run as root. */
        fun asOrdinaryUser(command: List<String>): List<String> {
            if (!isRoot) return command
            return listOf("setpriv", "--reuid", ordinaryUser, "--clear-groups") + command
        }

        private val ordinaryUser: String by lazy {
            val known = File("/etc/passwd").readLines().map { it.substringBefore(':') }
            ORDINARY_USERS.first { it in known }
        }

        /** Runs [command] to its end. Throws [IllegalStateException] with what it printed where that is a failure. */
        fun run(command: List<String>) {
            val process = ProcessBuilder(command).redirectErrorStream(true).start()
            process.outputStream.close()
            val printed = process.inputStream.bufferedReader().readText()
            check(process.waitFor() == 0) { "${command.joinToString(" ")}: $printed" }
        }
    }
}
