package dev.openidclient.benchmarks.start

import dev.openidclient.client.OpenIdClient
import java.io.File
import java.nio.file.Path

/** How the programs are started: on this JVM, with what a program on the library has on its class path. */
internal object ProgramClassPath {
    val java: String = Path.of(System.getProperty("java.home"), "bin", "java").toString()

    /** Of all that the benchmarks have: the programs, the library and what it brings, and Ktor's other engine. */
    private val JARS =
        listOf("kotlin-stdlib-", "kotlinx-", "annotations-", "ktor-", "nimbus-jose-jwt-", "slf4j-api-", "slf4j-nop-")
    private val LEFT_OUT = listOf("ktor-client-okhttp-", "ktor-client-mock-")

    private val own = listOf(LibraryProgram::class.java, OpenIdClient::class.java).map(::placeOf)

    private fun placeOf(type: Class<*>): File = File(type.protectionDomain.codeSource.location.toURI())

    /** The same for each of them: the floors do not have to look for fewer jars. */
    val text: String =
        System
            .getProperty("java.class.path")
            .split(File.pathSeparator)
            .filter { File(it).canonicalFile in own.map(File::getCanonicalFile) || isNeeded(File(it).name) }
            .joinToString(File.pathSeparator)

    private fun isNeeded(name: String): Boolean = JARS.any(name::startsWith) && LEFT_OUT.none(name::startsWith)
}
