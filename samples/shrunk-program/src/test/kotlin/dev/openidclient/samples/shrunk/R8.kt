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
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

private val JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString()
private const val R8_MINUTES = 5L
private const val PROGRAM_SECONDS = 90L

/** Shrinks the programs of this module, with their libraries, as an Android build does. */
object R8 {
    private val target = Path.of("target").toAbsolutePath()

    /** All that Maven finds for this module. */
    val libraries: List<File> = jarsIn("libraries")

    /** The classes of OkHttp's artifact for Android, and its rules for R8. */
    val androidOkHttp: Pair<File, String> by lazy {
        val folder = target.resolve("shrunk").createDirectories()
        val archive = target.resolve("android").toFile().listFiles { file -> file.extension == "aar" }
        ZipFile(checkNotNull(archive) { "no folder target/android" }.single()).use { aar ->
            val classes = folder.resolve("okhttp-android.jar")
            aar.getInputStream(aar.getEntry("classes.jar")).use { classes.writeBytes(it.readBytes()) }
            classes.toFile() to aar.getInputStream(aar.getEntry("proguard.txt")).reader().use { it.readText() }
        }
    }

    /**
     * Makes a jar of what the program with the class [main] uses of [libraries], by what these bring for R8 and by
     * [rules]; fails with R8's messages.
     */
    fun shrink(
        main: String,
        libraries: List<File>,
        rules: List<String> = emptyList(),
    ): Path {
        val name = main.substringAfterLast('.')
        val folder = target.resolve("shrunk/$name").createDirectories()
        val configuration = folder.resolve("rules.pro")
        val entry = "-keep class $main { public static void main(java.lang.String[]); }"
        configuration.writeText((libraries.map(::rulesIn) + rules + entry).joinToString("\n"))
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

    /**
     * Starts [main] of the program in [jar], with what the platform has [beside] it. It is killed where it takes too long,
     * which ends its output.
     */
    fun start(
        jar: Path,
        main: String,
        vararg arguments: String,
        beside: String = "",
    ): Process {
        val classPath = listOf("$jar", beside).filter(String::isNotEmpty).joinToString(File.pathSeparator)
        val program = ProcessBuilder(JAVA, "-cp", classPath, main, *arguments).redirectErrorStream(true).start()
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
