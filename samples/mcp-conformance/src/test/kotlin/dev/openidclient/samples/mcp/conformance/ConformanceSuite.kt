package dev.openidclient.samples.mcp.conformance

import java.io.File
import java.io.IOException
import java.util.concurrent.TimeUnit

/** The suite of the npm package `@modelcontextprotocol/conformance`, which package-lock.json pins. */
internal object ConformanceSuite {
    private val directory = moduleDirectory.resolve("src/test/node")
    private val suite = directory.resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js")

    /** Once the packages are there, one of them. */
    private val node: String get() = ownNode() ?: "node"

    /** Why the suite cannot run here, or null; installs its packages where they are missing. */
    val problem: String? by lazy { systemProblem() ?: packagesProblem() ?: nodeProblem() }

    /** What a client has to do for authorization: every scenario, with the newest version of MCP that it is for. */
    val scenarios: List<Scenario> by lazy {
        // first of all, as it installs the packages
        check(problem == null) { "the suite cannot run: $problem" }
        checkNotNull(run(node, suite.path, "list", "--client")) { "the suite does not list its scenarios" }
            .lines()
            .mapNotNull { LISTED.matchEntire(it.trim()) }
            .map { Scenario(it.groupValues[1], it.groupValues[2].split(',').last().takeIf(DATE::matches)) }
    }

    /** Runs [scenario] with the client that [command] starts, and says what the suite said, or null if it passed. */
    fun failureOf(
        scenario: Scenario,
        command: String,
    ): String? {
        val version = scenario.version?.let { listOf("--spec-version", it) }.orEmpty()
        val arguments = listOf("client", "--command", command, "--scenario", scenario.name) + version
        val process = onLoopback(listOf(suite.path) + arguments)
        val output = process.inputReader().readText()
        return if (process.waitFor() == 0 && PASSED in output) null else output
    }

    /** Where a server of Node listens that is told no address. */
    fun addressOfServers(): String {
        val script =
            "const s = require('node:http').createServer().listen(0); console.log(s.address().address); s.close()"
        return onLoopback(listOf("--eval", script)).inputReader().readText().trim()
    }

    /** Runs [script] of the directory of the packages. */
    fun nodeCommand(script: String): String = "\"$node\" \"${directory.resolve(script).path}\""

    private fun onLoopback(arguments: List<String>): Process {
        val command = listOf(node, "--require", directory.resolve("loopback.cjs").path) + arguments
        val builder = ProcessBuilder(command).directory(directory).redirectErrorStream(true)
        builder.environment()["NODE_COMPILE_CACHE"] = moduleDirectory.resolve("target/node").path
        val process = builder.start()
        process.outputStream.close()
        process.onExit().orTimeout(MINUTES, TimeUnit.MINUTES).exceptionally { process.destroyForcibly() }
        return process
    }

    private fun systemProblem(): String? {
        val system = System.getProperty("os.name")
        return if (system.startsWith("Windows")) "its packages have no Node for $system" else null
    }

    private fun packagesProblem(): String? {
        val wanted = directory.resolve("package-lock.json").readText()
        val installed = directory.resolve("node_modules/.installed-package-lock.json")
        if (installed.isFile && installed.readText() == wanted) return null
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund") ?: return "npm ci failed in $directory"
        installed.writeText(wanted)
        return null
    }

    private fun nodeProblem(): String? {
        val version = run(node, "--version") ?: return "$node is not there; Node.js 22 or later is needed"
        val isEnough = (version.removePrefix("v").substringBefore('.').toIntOrNull() ?: 0) >= NODE
        return if (isEnough) null else "node is $version, but Node.js 22 or later is needed"
    }

    /** The Node among the packages, which npm installs for the systems that it is there for. */
    private fun ownNode(): String? =
        directory
            .resolve("node_modules")
            .listFiles { file -> file.name.startsWith("node-") }
            .orEmpty()
            .map { it.resolve("bin/node") }
            .firstOrNull(File::canExecute)
            ?.path

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

/** One of the suite's; without a [version] it is of an extension, which no version of MCP has. */
internal class Scenario(
    val name: String,
    val version: String?,
)

private const val NODE = 22
private const val MINUTES = 2L
private const val PASSED = "OVERALL: PASSED"
private val LISTED = Regex("""- (auth/\S+) \[(.*)]""")
private val DATE = Regex("""\d{4}-\d\d-\d\d""")
