package dev.openidclient.testing

import java.io.File
import java.util.concurrent.TimeUnit

/** It compiles little, and starts no collector's threads. */
private val SHORT_LIVED = listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

/**
 * What [mainClass] prints in a JVM of its own, for what the JVM reads once: [options] are its options. Fails where it
 * ends with an error or not at all.
 */
fun printedByOwnProcess(
    mainClass: String,
    options: List<String>,
    arguments: List<String>,
): String {
    val java = ProcessHandle.current().info().command().get()
    val paths = listOf("surefire.test.class.path", "java.class.path", "jdk.module.path").mapNotNull(System::getProperty)
    val output = File.createTempFile("process", ".txt")
    try {
        val process =
            ProcessBuilder(
                listOf(
                    java,
                ) + SHORT_LIVED + options + listOf("-cp", paths.joinToString(File.pathSeparator), mainClass) +
                    arguments,
            ).redirectErrorStream(true)
                .redirectOutput(output)
                .start()
        val ended = process.waitFor(2, TimeUnit.MINUTES)
        if (!ended) process.destroyForcibly()
        check(ended && process.exitValue() == 0) { output.readText() }
        return output.readText()
    } finally {
        output.delete()
    }
}
