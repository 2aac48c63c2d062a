package dev.openidclient.integration

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.io.File
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** The Node process behind [OidcProvider], and the line of JSON with which it says that it is ready. */
internal class NodeServer private constructor(
    val description: JsonObject,
) {
    companion object {
        private val module = File(System.getProperty("basedir") ?: "").absoluteFile
        private val directory = module.resolve("src/test/node")
        private val log = module.resolve("target/oidc-provider.log")

        /** Why the server cannot be started here, or null; installs its packages where they are missing. */
        val problem: String? by lazy { nodeProblem() ?: packagesProblem() }

        fun start(): NodeServer {
            problem?.let { throw IllegalStateException(it) }
            log.parentFile.mkdirs()
            // its input stays open as long as this JVM lives, and the server ends when it closes
            val process = ProcessBuilder("node", "server.mjs").directory(directory).redirectError(log).start()
            Runtime.getRuntime().addShutdownHook(Thread(process::destroy))
            val line = CompletableFuture.supplyAsync { process.inputReader().readLine() }.get(60, TimeUnit.SECONDS)
            checkNotNull(line) { "oidc-provider did not start, see $log:\n${log.readText().takeLast(2_000)}" }
            return NodeServer(Json.parseToJsonElement(line).jsonObject)
        }

        /** The line with which [script] answers to the line [input]. */
        fun answerOf(
            script: String,
            input: String,
        ): String {
            problem?.let { throw IllegalStateException(it) }
            log.parentFile.mkdirs()
            val process = ProcessBuilder("node", script).directory(directory).redirectError(log).start()
            process.outputWriter().use { it.write(input + "\n") }
            val answer = process.inputReader().readText().trim()
            check(process.waitFor() == 0) { "$script failed, see $log:\n${log.readText().takeLast(2_000)}" }
            return answer
        }

        private fun nodeProblem(): String? {
            val version = run("node", "--version") ?: return "node is not on the PATH; $NODE_ADVICE"
            val (major, minor) = version.trim().removePrefix("v").split('.').map { it.toIntOrNull() ?: 0 }
            val enough = major > 20 || (major == 20 && minor >= 18)
            return if (enough) null else "node is $version; $NODE_ADVICE"
        }

        private fun packagesProblem(): String? {
            val wanted = directory.resolve("package-lock.json").readText()
            val installed = directory.resolve("node_modules/.installed-package-lock.json")
            if (installed.isFile && installed.readText() == wanted) return null
            val npm = if (System.getProperty("os.name").startsWith("Windows")) "npm.cmd" else "npm"
            run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund") ?: return "npm ci failed in $directory"
            installed.writeText(wanted)
            return null
        }

        /** What the command writes, or null where it is missing or fails. */
        private fun run(vararg command: String): String? =
            try {
                val process = ProcessBuilder(*command).directory(directory).redirectErrorStream(true).start()
                process.outputStream.close()
                val output = process.inputReader().readText()
                if (process.waitFor() == 0) output.trim() else null
            } catch (_: IOException) {
                null
            }
    }
}

private const val NODE_ADVICE = "Node.js 20.18 or later with npm is needed, see https://nodejs.org/en/download"

internal fun JsonObject.string(name: String): String = getValue(name).jsonPrimitive.content

internal fun JsonObject.member(name: String): JsonObject = getValue(name).jsonObject
