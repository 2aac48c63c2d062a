package dev.openidclient.benchmarks.measure

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import java.io.BufferedReader
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/**
 * A subject in a process of its own, which waits while the others are measured: what the compiler made of one cannot
 * help or hinder another, and it stays warm. The process takes [setup] as the first line of its input, then `round` for
 * each round, and answers each of these with a line of [ANSWER] and a [Round] as JSON. It ends with its input.
 */
class ProcessSubject(
    override val row: String,
    override val name: String,
    override val isFloor: Boolean,
    override val parameters: Map<String, String>,
    private val command: List<String>,
    private val setup: JsonObject,
    private val folder: Path = Path.of("."),
    private val warmUpRounds: Int = 4,
) : Subject {
    private var process: Process? = null

    override fun warmUp() {
        val started =
            ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
        process = started
        started.say(setup.toString())
        repeat(warmUpRounds) { round() }
    }

    override fun round(): Round {
        val running = checkNotNull(process) { "$name is not warmed up" }
        running.say("round")
        val reader: BufferedReader = running.inputReader()
        while (true) {
            val line = reader.readLine() ?: error("$name ended with ${running.waitFor()} in the row $row")
            if (line.startsWith(ANSWER)) return roundOf(Json.parseToJsonElement(line.removePrefix(ANSWER)).jsonObject)
        }
    }

    override fun close() {
        val running = process ?: return
        running.outputStream.close()
        if (!running.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) running.destroyForcibly()
    }

    private fun Process.say(line: String) {
        outputWriter().apply {
            write(line + "\n")
            flush()
        }
    }

    companion object {
        const val ANSWER = "round "
        private const val SECONDS_TO_END = 5L
    }
}

/**
 * The command line of a JVM like this one, which runs [mainClass] with this class path, and, unless it chooses otherwise
 * itself, with the JDK's cryptography: the providers on the class path are for the rows that name them.
 */
fun jvm(
    mainClass: String,
    vararg options: String,
): List<String> =
    listOf(Path.of(System.getProperty("java.home"), "bin", "java").toString()) + UNWARNED + JDK_CRYPTOGRAPHY + options +
        listOf("-classpath", System.getProperty("java.class.path"), mainClass)

private const val JDK_CRYPTOGRAPHY = "-Ddev.openidclient.cryptoProvider=jdk"
private const val FIRST_TO_WARN = 24

/** Providers load native libraries and JMH reads fields without asking, which newer JDKs say once in each process. */
private val UNWARNED =
    listOf("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
        .filter { Runtime.version().feature() >= FIRST_TO_WARN }
