package dev.openidclient.testing

import java.io.DataInputStream
import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.CompletableFuture
import kotlin.concurrent.thread

/**
 * Takes one connection, reads the cipher suites that the client offers (RFC 5246 §7.4.1.2), and hangs up. A server of the
 * same JVM cannot tell so much: a later JDK has the suites no more that nobody should offer.
 */
class ClientHello : AutoCloseable {
    private val listener = ServerSocket(0, 1, InetAddress.getLoopbackAddress())
    private val read = CompletableFuture<Set<String>>()

    val url: String get() = "https://localhost:${listener.localPort}/"

    /** The names of the suites, hexadecimal where they are not of [NAMES]. */
    val offered: Set<String> get() = read.get()

    init {
        thread(isDaemon = true) {
            try {
                // closed with it, for a client that tries again
                listener.use { it.accept().use { connection -> read.complete(suites(connection.getInputStream())) } }
            } catch (e: IOException) {
                read.completeExceptionally(e)
            }
        }
    }

    override fun close(): Unit = listener.close()

    private fun suites(connection: InputStream): Set<String> {
        val input = DataInputStream(connection)
        input.skipNBytes(RECORD_HEADER + HANDSHAKE_HEADER + VERSION_AND_RANDOM)
        input.skipNBytes(input.readUnsignedByte().toLong()) // the session
        val count = input.readUnsignedShort() / 2
        return List(count) { input.readUnsignedShort() }.mapTo(mutableSetOf()) { NAMES[it] ?: "%04X".format(it) }
    }

    companion object {
        private const val RECORD_HEADER = 5L
        private const val HANDSHAKE_HEADER = 4L
        private const val VERSION_AND_RANDOM = 34L

        /** Not a suite: a sign that the client renegotiates safely (RFC 5746 §3.3). */
        const val RENEGOTIATION: String = "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"

        private val NAMES =
            mapOf(
                0x00FF to RENEGOTIATION,
                0x1301 to "TLS_AES_128_GCM_SHA256",
                0x1302 to "TLS_AES_256_GCM_SHA384",
                0x1303 to "TLS_CHACHA20_POLY1305_SHA256",
                0xC02B to "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                0xC02C to "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                0xC02F to "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                0xC030 to "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            )
    }
}
