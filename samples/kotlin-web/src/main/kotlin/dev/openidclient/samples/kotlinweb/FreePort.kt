package dev.openidclient.samples.kotlinweb

import java.io.IOException
import java.io.PrintStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket

/** [wanted], or, where it is 0 or taken, a port that is free; the latter is said on [out]. */
fun freePort(
    wanted: Int,
    what: String,
    out: PrintStream,
): Int {
    try {
        return bound(wanted)
    } catch (e: IOException) {
        if (wanted == 0) throw e
    }
    return bound(0).also { out.println("Port $wanted is taken: the $what listens on port $it.") }
}

private fun bound(port: Int): Int =
    ServerSocket().use {
        it.bind(InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        it.localPort
    }
