package dev.openidclient.benchmarks.loop

import java.nio.file.Path
import java.util.concurrent.TimeUnit

/** A process that answers each line with a line, and ends when its standard input does. */
internal class LineProcess(
    command: List<String>,
    environment: Map<String, String> = emptyMap(),
    folder: Path = Path.of(""),
) : AutoCloseable {
    private val process =
        ProcessBuilder(command)
            .directory(folder.toAbsolutePath().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .apply { environment().putAll(environment) }
            .start()
    private val output = process.inputStream.bufferedReader()
    private val input = process.outputStream.bufferedWriter()

    /** Throws [IllegalStateException] where the process has ended. */
    fun read(): String = checkNotNull(output.readLine()) { "the process has ended; what it says is above" }

    fun ask(line: String): String {
        input.write("$line\n")
        input.flush()
        return read()
    }

    override fun close() {
        input.close()
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) process.destroyForcibly()
    }

    private companion object {
        const val SECONDS_TO_END = 10L
    }
}
