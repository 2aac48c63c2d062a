package dev.openidclient.network

import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket

/**
 * An address on 127.0.0.1 where a connection is neither made nor refused: its queue is full. On a system that has no
 * end of its queue, connections are made, and nobody answers on them.
 */
internal class UnansweringAddress : AutoCloseable {
    private val listener = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))
    private val queue = ArrayList<Socket>()

    val issuer: String = "http://127.0.0.1:${listener.localPort}"

    init {
        var isFull = false
        while (!isFull && queue.size < 16) {
            val socket = Socket()
            try {
                socket.connect(InetSocketAddress("127.0.0.1", listener.localPort), 100)
                queue += socket
            } catch (_: IOException) {
                socket.close()
                isFull = true
            }
        }
    }

    override fun close() {
        listener.close()
        queue.forEach(Socket::close)
    }
}
