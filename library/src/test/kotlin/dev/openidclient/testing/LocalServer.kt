package dev.openidclient.testing

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Files
import java.security.KeyStore
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import kotlin.concurrent.thread
import kotlin.io.path.deleteExisting
import kotlin.io.path.inputStream
import kotlin.io.path.pathString

/**
 * A real server on 127.0.0.1 that answers each connection with the bytes that [answer] writes, right or broken. It handles one
 * request for each connection and closes it then.
 */
class LocalServer(
    private val listener: ServerSocket = plainListener(),
    private val answer: Connection.() -> Unit,
) : AutoCloseable {
    /** The requests as they came: head and body. */
    val requests: MutableList<RawRequest> = CopyOnWriteArrayList()

    /** Completed when the first request is there. */
    val firstRequest: CompletableFuture<RawRequest> = CompletableFuture()

    val port: Int get() = listener.localPort

    private val sockets = CopyOnWriteArrayList<Socket>()

    init {
        thread(isDaemon = true) {
            try {
                while (true) listener.accept().let { socket -> thread(isDaemon = true) { serve(socket) } }
            } catch (_: IOException) {
                // closed
            }
        }
    }

    private fun serve(socket: Socket) {
        sockets += socket
        try {
            socket.use {
                val connection = Connection(it)
                val request = connection.readRequest() ?: return
                requests += request
                firstRequest.complete(request)
                connection.answer()
            }
        } catch (_: IOException) {
            // the client went away
        }
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

    class Connection(
        private val socket: Socket,
    ) {
        private val input = socket.getInputStream().buffered()

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

        internal fun readRequest(): RawRequest? {
            val requestLine = readLine() ?: return null
            val fields =
                generateSequence { readLine()?.ifEmpty { null } }
                    .map { it.substringBefore(':') to it.substringAfter(':').trim() }
                    .toList()
            val size = fields.firstOrNull { it.first.equals("content-length", ignoreCase = true) }?.second?.toInt() ?: 0
            return RawRequest(requestLine, fields, input.readNBytes(size))
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
        private val loopback = InetAddress.getByName("127.0.0.1")

        private fun plainListener() = ServerSocket(0, BACKLOG, loopback)

        /** A listener with a certificate for 127.0.0.1 that nobody signed but itself. */
        fun untrustedTlsListener(): ServerSocket {
            val file = Files.createTempFile("untrusted", ".p12").also { it.deleteExisting() }
            val keytool =
                listOf(ProcessHandle.current().info().command().get().removeSuffix("java") + "keytool", "-genkeypair") +
                    "-alias server -keyalg EC -groupname secp256r1 -dname CN=127.0.0.1 -ext san=ip:127.0.0.1".split(
                        ' ',
                    ) +
                    "-validity 2 -storetype PKCS12 -storepass $PASSWORD -keystore".split(' ') + file.pathString
            val process = ProcessBuilder(keytool).redirectErrorStream(true).start()
            check(process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0) {
                process.inputStream.readAllBytes().decodeToString()
            }
            val keys = KeyStore.getInstance("PKCS12")
            file.inputStream().use { keys.load(it, PASSWORD.toCharArray()) }
            file.deleteExisting()
            val managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
            managers.init(keys, PASSWORD.toCharArray())
            val context = SSLContext.getInstance("TLS").apply { init(managers.keyManagers, null, null) }
            return context.serverSocketFactory.createServerSocket(0, BACKLOG, loopback)
        }

        private const val BACKLOG = 50
        private const val PASSWORD = "changeit"
    }
}
