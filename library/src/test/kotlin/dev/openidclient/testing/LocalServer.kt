package dev.openidclient.testing

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** A real server on 127.0.0.1 that treats each connection as it was told, right or broken, and closes it then. */
class LocalServer private constructor(
    private val listener: ServerSocket,
    private val conversation: Conversation,
) : AutoCloseable {
    /** Answers the one request of each connection with the bytes that [answer] writes. */
    constructor(listener: ServerSocket = plainListener(), answer: Connection.() -> Unit) :
        this(listener, Conversation { if (it.readRequest() != null) it.answer() })

    /** The requests as they came: head and body. */
    val requests: MutableList<RawRequest> = CopyOnWriteArrayList()

    /** Completed when the first request is there. */
    val firstRequest: CompletableFuture<RawRequest> = CompletableFuture()

    val port: Int get() = listener.localPort

    /** How many connections were opened. */
    val accepted: Int get() = acceptedCount.get()

    /** On how many connections something came that was looked at. */
    val addressed: Int get() = addressedCount.get()

    /** How many connections are not over yet. */
    val open: Int get() = openCount.get()

    private val acceptedCount = AtomicInteger()
    private val addressedCount = AtomicInteger()
    private val openCount = AtomicInteger()
    private val sockets = CopyOnWriteArrayList<Socket>()

    init {
        thread(isDaemon = true) {
            try {
                while (true) {
                    val socket = listener.accept()
                    acceptedCount.incrementAndGet()
                    openCount.incrementAndGet()
                    thread(isDaemon = true) { serve(socket) }
                }
            } catch (_: IOException) {
                // closed
            }
        }
    }

    private fun serve(socket: Socket) {
        sockets += socket
        try {
            socket.use { conversation.hold(Connection(it, addressedCount::incrementAndGet, ::received)) }
        } catch (_: IOException) {
            // the client went away
        } finally {
            sockets -= socket
            openCount.decrementAndGet()
        }
    }

    private fun received(request: RawRequest) {
        requests += request
        firstRequest.complete(request)
    }

    override fun close() {
        listener.close()
        sockets.forEach(Socket::close)
    }

    class RawRequest(
        val requestLine: String,
        val fields: List<Pair<String, String>>,
        val body: ByteArray,
    ) {
        fun all(name: String): List<String> =
            fields.filter { it.first.equals(name, ignoreCase = true) }.map { it.second }
    }

    private fun interface Conversation {
        fun hold(connection: Connection)
    }

    class Connection(
        private val socket: Socket,
        private val addressed: () -> Unit,
        private val received: (RawRequest) -> Unit,
    ) {
        private var isAddressed = false

        /** The server's. */
        val port: Int get() = socket.localPort

        private val input by lazy { socket.getInputStream().buffered() }

        fun write(text: String) = write(text.encodeToByteArray())

        fun write(bytes: ByteArray) =
            socket.getOutputStream().run {
                write(bytes)
                flush()
            }

        /** A whole answer. */
        fun respond(
            status: String = "200 OK",
            body: String = "",
            vararg fields: String,
        ) {
            val head =
                listOf("HTTP/1.1 $status", "Content-Length: ${body.encodeToByteArray().size}", "Connection: close")
            write((head + fields).joinToString("\r\n", postfix = "\r\n\r\n") + body)
        }

        /** Waits until the client closes its end. */
        fun awaitEnd() {
            while (input.read() >= 0) continue
        }

        /** Says that nothing more comes; the client may go on to send. */
        fun finish() = socket.shutdownOutput()

        /** Says that nothing more comes, and waits until the client closes its end. */
        fun end() {
            finish()
            awaitEnd()
        }

        /** Breaks the connection off: the client sees a reset. */
        fun reset() {
            socket.setSoLinger(true, 0)
            socket.close()
        }

        /** Takes [count] bytes of what comes, whatever it is; fewer at the end. */
        fun take(count: Int): ByteArray = input.readNBytes(count).also { if (it.isNotEmpty()) countOnce() }

        /** Passes everything on, both ways, until one side ends: as a proxy does after `CONNECT`. */
        fun tunnelTo(port: Int) {
            Socket(loopback, port).use { there ->
                val back = thread(isDaemon = true) { there.getInputStream().transferTo(socket.getOutputStream()) }
                input.transferTo(there.getOutputStream())
                back.join()
            }
        }

        /** The next request, or null at the end. */
        fun readRequest(): RawRequest? {
            val requestLine = readLine() ?: return null
            countOnce()
            val fields =
                generateSequence { readLine()?.ifEmpty { null } }
                    .map { it.substringBefore(':') to it.substringAfter(':').trim() }
                    .toList()
            val size = fields.firstOrNull { it.first.equals("content-length", ignoreCase = true) }?.second?.toInt() ?: 0
            return RawRequest(requestLine, fields, input.readNBytes(size)).also(received)
        }

        private fun countOnce() {
            if (!isAddressed) addressed()
            isAddressed = true
        }

        private fun readLine(): String? {
            val line = ByteArrayOutputStream()
            while (true) {
                when (val byte = input.read()) {
                    -1 -> return null
                    '\n'.code -> return line.toByteArray().decodeToString().removeSuffix("\r")
                    else -> line.write(byte)
                }
            }
        }
    }

    companion object {
        internal val loopback: InetAddress = InetAddress.getByName("127.0.0.1")

        private fun plainListener() = ServerSocket(0, BACKLOG, loopback)

        /** Treats each connection as [conversation] says, from its first byte on. */
        fun conversing(
            listener: ServerSocket = plainListener(),
            conversation: Connection.() -> Unit,
        ): LocalServer = LocalServer(listener, Conversation { it.conversation() })

        private const val BACKLOG = 50
    }
}
