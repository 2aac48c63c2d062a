package dev.openidclient.samples.scale

import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.net.URLClassLoader
import java.nio.file.Path
import java.util.concurrent.TimeUnit

private const val PATIENCE_SECONDS = 10L

/** The address that everything here has. */
val LOOPBACK: InetAddress = InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1))

fun freePort(): Int = ServerSocket(0, 1, LOOPBACK).use { it.localPort }

/** The program [name] on the PATH or in one of [folders]; null where there is none. */
fun programOf(
    name: String,
    folders: List<String> = emptyList(),
): File? =
    (System.getenv("PATH").orEmpty().split(File.pathSeparator) + folders)
        .map { File(it, name) }
        .firstOrNull(File::canExecute)

/** Runs [command] to its end. Throws [IllegalStateException] with what it printed where that is a failure. */
fun runToItsEnd(command: List<String>) {
    val process = ProcessBuilder(command).redirectErrorStream(true).start()
    process.outputStream.close()
    val printed = process.inputStream.bufferedReader().readText()
    check(process.waitFor() == 0) { "${command.joinToString(" ")}: $printed" }
}

/**
 * A program of this machine. It ends with [close], and with this program, however that ends: a shell beside it waits for
 * the end of its input, and then sends it [signal].
 */
class OwnProgram(
    command: List<String>,
    signal: String,
    private val folder: Path,
) : AutoCloseable {
    private val shell =
        ProcessBuilder(listOf("sh", "-c", UNTIL_THE_END, "sh", signal) + command)
            .redirectErrorStream(true)
            .redirectOutput(File("$folder.log"))
            .start()

    val isRunning: Boolean get() = shell.isAlive

    val printed: String get() = File("$folder.log").readText()

    override fun close() {
        shell.outputStream.close()
        if (!shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) shell.destroyForcibly()
        folder.toFile().deleteRecursively()
        File("$folder.log").delete()
    }

    private companion object {
        val UNTIL_THE_END =
            listOf(
                "trap : INT TERM HUP",
                "signal=\$1; shift",
                "\"\$@\" </dev/null &",
                "cat >/dev/null",
                "kill -\$signal \$! 2>/dev/null",
                "wait",
            ).joinToString("\n")
    }
}

/** A JVM of its own with the classes of this one. It is to end when its input ends. */
fun startJava(
    mainClass: Class<*>,
    arguments: List<String>,
    environment: Map<String, String> = emptyMap(),
): Process {
    val java = ProcessHandle.current().info().command().orElse("java")
    val options = listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m", "-Dh2.bindAddress=127.0.0.1")
    val command = listOf(java) + options + listOf("-cp", classPath, mainClass.name) + arguments
    return ProcessBuilder(command)
        .apply { environment().putAll(environment) }
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
}

/** Where Maven runs this program in its own JVM, the class loader knows it. */
private val classPath: String
    get() {
        val loader = OwnProgram::class.java.classLoader as? URLClassLoader
        return loader?.urLs?.joinToString(File.pathSeparator) { File(it.toURI()).path }
            ?: System.getProperty("java.class.path")
    }
