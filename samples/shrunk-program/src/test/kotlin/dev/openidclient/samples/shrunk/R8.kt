package dev.openidclient.samples.shrunk

import java.io.File
import java.net.URI
import java.nio.file.FileSystems
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.zip.ZipEntry
import java.util.zip.ZipFile
import java.util.zip.ZipOutputStream
import kotlin.io.path.createDirectories
import kotlin.io.path.outputStream
import kotlin.io.path.readBytes
import kotlin.io.path.walk
import kotlin.io.path.writeText

private const val MAIN = "dev.openidclient.samples.shrunk.MainKt"
private val JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString()
private const val R8_MINUTES = 5L
private const val PROGRAM_SECONDS = 90L

/** Shrinks the program of this module, with its libraries, as an Android build does. */
object R8 {
    private val target = Path.of("target").toAbsolutePath()
    private val libraries: List<File> = jarsIn("libraries")

    /** What the libraries bring for R8, by the name of their jar. */
    val rules: Map<String, String> by lazy {
        libraries.associate { it.name to rulesIn(it) }.filterValues(String::isNotEmpty)
    }

    /** The size of program and libraries before. */
    val sizeBefore: Long get() = libraries.sumOf(File::length)

    /** Makes a jar of what the program uses; fails with R8's messages. */
    fun shrink(
        name: String,
        rules: Collection<String>,
    ): Path {
        val folder = target.resolve("shrunk/$name").createDirectories()
        val configuration = folder.resolve("rules.pro")
        configuration.writeText(
            (rules + "-keep class $MAIN { public static void main(java.lang.String[]); }").joinToString("\n"),
        )
        val jar = folder.resolve("program.jar")
        val command =
            listOf(JAVA, "-Xmx1g", "-cp", jarsIn("r8").single().path, "com.android.tools.r8.R8") +
                listOf("--release", "--classfile", "--lib", platform.toString()) +
                listOf("--pg-conf", "$configuration", "--output", "$jar", programJar()) + libraries.map(File::getPath)
        val log = folder.resolve("r8.log").toFile()
        val process = ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start()
        try {
            check(process.waitFor(R8_MINUTES, TimeUnit.MINUTES)) { "R8 took $R8_MINUTES minutes: ${log.readText()}" }
            check(process.exitValue() == 0) { log.readText() }
        } finally {
            process.destroyForcibly()
        }
        return jar
    }

    /** Starts the program in [jar] on its own. It is killed where it takes too long, which ends its output. */
    fun start(
        jar: Path,
        vararg arguments: String,
    ): Process {
        val program = ProcessBuilder(JAVA, "-cp", "$jar", MAIN, *arguments).redirectErrorStream(true).start()
        program.onExit().orTimeout(PROGRAM_SECONDS, TimeUnit.SECONDS).exceptionally { program.destroyForcibly() }
        return program
    }

    /** Of the JDK only what Android has, too: no java.net.http, no java.lang.management. */
    private val platform: Path by lazy {
        val jar = target.resolve("shrunk").createDirectories().resolve("platform.jar")
        val modules = FileSystems.getFileSystem(URI("jrt:/")).getPath("modules")
        ZipOutputStream(jar.outputStream()).use { zip ->
            for (module in listOf("java.base", "java.logging").map(modules::resolve)) {
                for (file in module.walk().filter { "$it".endsWith(".class") }) {
                    val name = "${module.relativize(file)}"
                    if (name == "module-info.class") continue
                    zip.putNextEntry(ZipEntry(name))
                    zip.write(file.readBytes())
                }
            }
        }
        jar
    }

    private fun programJar(): String = jarsIn("").single { it.name.startsWith("openid-client-sample-shrunk") }.path

    private fun jarsIn(folder: String): List<File> {
        val jars = target.resolve(folder).toFile().listFiles { file -> file.extension == "jar" }
        return checkNotNull(jars) { "no folder target/$folder" }.sortedBy(File::getName)
    }

    /** R8 prefers what is written for it (META-INF/com.android.tools/r8) to what is written for ProGuard. */
    private fun rulesIn(jar: File): String =
        ZipFile(jar).use { zip ->
            val files = zip.entries().asSequence().filter { it.name.endsWith(".pro") }.toList()
            val own = files.filter { it.name.startsWith("META-INF/com.android.tools/r8/") }
            own.ifEmpty { files.filter { it.name.startsWith("META-INF/proguard/") } }.joinToString("\n") { file ->
                zip.getInputStream(file).reader().use { it.readText() }
            }
        }
}
