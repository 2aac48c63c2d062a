package dev.openidclient.samples.scale

import java.io.IOException
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import kotlin.concurrent.thread

/** The way from the instances to the store at [target]. While it is cut, no connection lasts. */
class Relay(
    private val target: Int,
) : AutoCloseable {
    private val listener = ServerSocket(0, BACKLOG, LOOPBACK)
    private val sockets: MutableSet<Socket> = ConcurrentHashMap.newKeySet()

    @Volatile
    var isCut: Boolean = false
        private set

    val port: Int get() = listener.localPort

    init {
        thread(isDaemon = true, name = "relay") { accept() }
    }

    fun cut() {
        isCut = true
        sockets.forEach(Socket::close)
    }

    fun mend() {
        isCut = false
    }

    private fun accept() {
        try {
            while (true) pass(listener.accept())
        } catch (_: IOException) {
            // the relay is closed
            return
        }
    }

    private fun pass(client: Socket) {
        sockets += client
        try {
            if (isCut) return end(client)
            val store = Socket(LOOPBACK, target)
            sockets += store
            client.tcpNoDelay = true
            store.tcpNoDelay = true
            thread(isDaemon = true, name = "to the store") { copy(client, store) }
            thread(isDaemon = true, name = "from the store") { copy(store, client) }
            // it may have been cut since
            if (isCut) sockets.forEach(Socket::close)
        } catch (_: IOException) {
            end(client)
        }
    }

    private fun copy(
        from: Socket,
        to: Socket,
    ) {
        try {
            from.getInputStream().transferTo(to.getOutputStream())
        } catch (_: IOException) {
            // one of the two has gone, or it was cut
        } finally {
            end(from)
            end(to)
        }
    }

    private fun end(socket: Socket) {
        socket.close()
        sockets -= socket
    }

    override fun close() {
        listener.close()
        sockets.forEach(Socket::close)
    }

    private companion object {
        const val BACKLOG = 100
    }
}
