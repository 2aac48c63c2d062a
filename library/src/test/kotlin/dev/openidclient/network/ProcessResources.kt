package dev.openidclient.network

import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries

private val DESCRIPTORS = Path.of("/proc/self/fd")

/** How many sockets this process has, where the system tells. */
internal fun openSockets(): Int? =
    if (!DESCRIPTORS.exists()) null else DESCRIPTORS.listDirectoryEntries().count { target(it).startsWith("socket:") }

/** How many files, sockets and selectors this process has open, where the system tells. */
internal fun openDescriptors(): Int? = if (DESCRIPTORS.exists()) DESCRIPTORS.listDirectoryEntries().size else null

private fun target(descriptor: Path): String =
    try {
        Files.readSymbolicLink(descriptor).toString()
    } catch (_: NoSuchFileException) {
        // closed since it was listed
        ""
    }

/** How many threads there are, but for those that wait for work and end by themselves. */
internal fun liveThreads(): Int = Thread.getAllStackTraces().keys.count { !it.name.startsWith("DefaultDispatcher") }

/** The bytes that are in use after a collection. */
internal fun usedHeap(): Long {
    val runtime = Runtime.getRuntime()
    repeat(3) { System.gc() }
    return runtime.totalMemory() - runtime.freeMemory()
}
