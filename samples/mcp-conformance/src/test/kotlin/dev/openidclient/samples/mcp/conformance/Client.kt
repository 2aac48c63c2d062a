package dev.openidclient.samples.mcp.conformance

import java.io.File

/** A program that the suite starts: its [language], its [mainClass], and what that does but for the arguments. */
internal class Client(
    val language: String,
    private val mainClass: String,
    private val source: String,
    val run: suspend (environment: Map<String, String>, url: String) -> Unit,
) {
    /** Without imports, empty lines and those of braces alone. */
    val lineCount: Int
        get() =
            moduleDirectory.resolve(source).readLines().count { line ->
                line.any(Char::isLetter) && !NO_CODE.containsMatchIn(line)
            }

    /** Starts a JVM for it. */
    val command: String
        get() {
            val java = File(System.getProperty("java.home"), "bin/java").path
            val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
            return "\"$java\" -XX:TieredStopAtLevel=1 -cp \"$classPath\" $mainClass"
        }
}

internal val moduleDirectory: File = File(System.getProperty("basedir") ?: "").absoluteFile

private val NO_CODE = Regex("^(import|package|@file:) ?")
