package dev.openidclient.benchmarks.measure

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path

/** The peers on Node; their packages are installed when a benchmark first wants them, never by the build. */
object Node {
    val folder: Path = Path.of("node")

    /** Whether Node runs and the packages are there, or could be installed. */
    val isAvailable: Boolean by lazy { version != null && install() }

    val version: String? by lazy { output("node", "--version")?.trim() }

    fun command(script: String): List<String> = listOf("node", script)

    /** The installed version of a package. */
    fun versionOf(packageName: String): String {
        val description = folder.resolve("node_modules").resolve(packageName).resolve("package.json")
        return Json
            .parseToJsonElement(Files.readString(description))
            .jsonObject
            .getValue("version")
            .jsonPrimitive.content
    }

    private fun install(): Boolean =
        Files.isDirectory(folder.resolve("node_modules")) ||
            output("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund") != null

    private fun output(vararg command: String): String? =
        try {
            val process =
                ProcessBuilder(*command)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
            val text = process.inputStream.bufferedReader().readText()
            text.takeIf { process.waitFor() == 0 }
        } catch (e: IOException) {
            System.err.println("without Node: ${e.message}")
            null
        }
}
