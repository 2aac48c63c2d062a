package dev.openidclient.contract

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/**
 * A real server on 127.0.0.1 that treats each connection as it was told, right or broken, and closes it then: for tests
 * of an [HttpTransport][dev.openidclient.http.HttpTransport]. It sends the bytes that it is given, and no others.
 */
public class LocalServer private constructor(
    private val listener: ServerSocket,
    private val conversation: Conversation,
) : AutoCloseable {
    /** Answers the one request of each connection with the bytes that [answer] writes. */
    public constructor(listener: ServerSocket = plainListener(), answer: Connection.() -> Unit) :
        this(listener, Conversation { if (it.readRequest() != null) it.answer() })

    /** The requests as they came: head and body. */
    public val requests: MutableList<RawRequest> = CopyOnWriteArrayList()

    /** Completed when the first request is there. */
    public val firstRequest: CompletableFuture<RawRequest> = CompletableFuture()

    /** Where it listens. */
    public val port: Int get() = listener.localPort

    /** How many connections were opened. */
    public val accepted: Int get() = acceptedCount.get()

    /** On how many connections something came that was looked at. */
    public val addressed: Int get() = addressedCount.get()

    /** How many connections are not over yet. */
    public val open: Int get() = openCount.get()

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

    /** A request as it came. */
    public class RawRequest internal constructor(
        public val requestLine: String,
        public val fields: List<Pair<String, String>>,
        public val body: ByteArray,
    ) {
        /** The values of each field [name], in any case of its letters. */
        public fun all(name: String): List<String> =
            fields.filter { it.first.equals(name, ignoreCase = true) }.map { it.second }

        override fun toString(): String = "RawRequest(${fields.map { it.first }}, ${body.size} bytes)"
    }

    private fun interface Conversation {
        fun hold(connection: Connection)
    }

    /** One connection, for the code that answers on it. */
    public class Connection internal constructor(
        private val socket: Socket,
        private val addressed: () -> Unit,
        private val received: (RawRequest) -> Unit,
    ) {
        private var isAddressed = false

        /** The server's. */
        public val port: Int get() = socket.localPort

        private val input by lazy { socket.getInputStream().buffered() }

        /** Sends [text] in UTF-8. */
        public fun write(text: String): Unit = write(text.encodeToByteArray())

        /** Sends [bytes]. */
        public fun write(bytes: ByteArray) {
            socket.getOutputStream().run {
                write(bytes)
                flush()
            }
        }

        /** A whole answer. */
        public fun respond(
            status: String = "200 OK",
            body: String = "",
            vararg fields: String,
        ) {
            val head =
                listOf("HTTP/1.1 $status", "Content-Length: ${body.encodeToByteArray().size}", "Connection: close")
            write((head + fields).joinToString("\r\n", postfix = "\r\n\r\n") + body)
        }

        /** Waits until the client closes its end. */
        public fun awaitEnd() {
            while (input.read() >= 0) continue
        }

        /** Says that nothing more comes; the client may go on to send. */
        public fun finish(): Unit = socket.shutdownOutput()

        /** Says that nothing more comes, and waits until the client closes its end. */
        public fun end() {
            finish()
            awaitEnd()
        }

        /** Breaks the connection off: the client sees a reset. */
        public fun reset() {
            socket.setSoLinger(true, 0)
            socket.close()
        }

        /** Takes [count] bytes of what comes, whatever it is; fewer at the end. */
        public fun take(count: Int): ByteArray = input.readNBytes(count).also { if (it.isNotEmpty()) countOnce() }

        /** Passes everything on, both ways, until one side ends: as a proxy does after `CONNECT`. */
        public fun tunnelTo(port: Int) {
            Socket(loopback, port).use { there ->
                val back = thread(isDaemon = true) { there.getInputStream().transferTo(socket.getOutputStream()) }
                input.transferTo(there.getOutputStream())
                back.join()
            }
        }

        /** The next request, or null at the end. */
        public fun readRequest(): RawRequest? {
            val requestLine = readLine() ?: return null
            countOnce()
            val fields =
                generateSequence { readLine()?.ifEmpty { null } }
                    .map { it.substringBefore(':') to it.substringAfter(':').trim() }
                    .toList()
            val isChunked = fields.any { it.first.equals("transfer-encoding", ignoreCase = true) }
            val size = fields.firstOrNull { it.first.equals("content-length", ignoreCase = true) }?.second?.toInt() ?: 0
            val body = if (isChunked) readChunks() else input.readNBytes(size)
            return RawRequest(requestLine, fields, body).also(received)
        }

        // RFC 9112 §7.1
        private fun readChunks(): ByteArray {
            val body = ByteArrayOutputStream()
            do {
                val size = readLine()?.substringBefore(';')?.trim()?.toInt(HEXADECIMAL) ?: 0
                body.write(input.readNBytes(size))
                readLine()
            } while (size > 0)
            return body.toByteArray()
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

    public companion object {
        private val loopback: InetAddress = InetAddress.getByName("127.0.0.1")

        private fun plainListener() = ServerSocket(0, BACKLOG, loopback)

        /** Treats each connection as [conversation] says, from its first byte on. */
        @JvmStatic
        public fun conversing(
            listener: ServerSocket = plainListener(),
            conversation: Connection.() -> Unit,
        ): LocalServer = LocalServer(listener, Conversation { it.conversation() })

        private const val BACKLOG = 50
        private const val HEXADECIMAL = 16
    }
}
