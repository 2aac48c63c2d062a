package dev.openidclient.loopback

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.http.DaemonThreads
import java.io.IOException
import java.io.InputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.time.Duration

/** What a request is answered with; [afterwards] is called when that was written, or could not be. */
internal class LoopbackReply(
    val answer: LoopbackAnswer,
    val afterwards: () -> Unit = {},
)

/** What listens on this machine, and nowhere else: the JDK's own server, which only this file knows. */
internal class LoopbackServer private constructor(
    private val servers: List<HttpServer>,
) {
    val port: Int = servers.first().address.port

    /** From now on [reply] says what is answered; null: it says so later, to the function that it gets. */
    fun answer(reply: (LoopbackRequest, later: (LoopbackReply) -> Unit) -> LoopbackReply?) {
        for (server in servers) {
            server.createContext("/") { exchange ->
                reply(requestOf(exchange)) { serveLater(exchange, it) }?.let { serve(exchange, it) }
            }
        }
    }

    private fun serveLater(
        exchange: HttpExchange,
        reply: LoopbackReply,
    ) = THREADS.execute {
        try {
            serve(exchange, reply)
        } catch (_: IOException) {
            // the browser has gone; in the server's own thread it is the server that says so
        }
    }

    /** At once. */
    fun close(): Unit = servers.forEach { it.stop(0) }

    private fun serve(
        exchange: HttpExchange,
        reply: LoopbackReply,
    ) = try {
        write(exchange, reply.answer)
    } finally {
        exchange.close()
        reply.afterwards()
    }

    private fun write(
        exchange: HttpExchange,
        answer: LoopbackAnswer,
    ) {
        for ((name, value) in answer.headers) exchange.responseHeaders.set(name, value)
        val hasBody = answer.body.isNotEmpty() && exchange.requestMethod != "HEAD"
        exchange.sendResponseHeaders(answer.status, if (hasBody) answer.body.size.toLong() else NO_BODY)
        if (hasBody) exchange.responseBody.use { it.write(answer.body) }
    }

    private fun requestOf(exchange: HttpExchange): LoopbackRequest {
        val target = exchange.requestURI
        return LoopbackRequest(
            exchange.requestMethod,
            target.rawAuthority,
            exchange.requestHeaders["host"].orEmpty(),
            target.rawPath,
            target.rawQuery,
            exchange.requestHeaders.getFirst("content-type"),
        ) { textOf(exchange.requestBody) }
    }

    /** Null where it is longer than [LONGEST_BODY]. */
    private fun textOf(body: InputStream): String? {
        val bytes = ByteArray(LONGEST_BODY + 1)
        var length = 0
        while (length < bytes.size) {
            val read = body.read(bytes, length, bytes.size - length)
            if (read < 0) return String(bytes, 0, length, Charsets.UTF_8)
            length += read
        }
        return null
    }

    companion object {
        /** 64 KiB */
        private const val LONGEST_BODY = 64 * 1024

        private const val NO_BODY = -1L

        /** How often a free port is looked for that is free at both addresses. */
        private const val ATTEMPTS = 20

        private val IPV4 = InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1))
        private val IPV6 = InetAddress.getByAddress(ByteArray(15) + 1)

        /** A request that is slow to come holds up no other. */
        private val THREADS = DaemonThreads("openid-client-loopback", Duration.ofSeconds(1))

        /** Throws [UnsupportedFeatureException] where the runtime has no server. */
        fun requireAvailable(load: (String) -> Unit = ::find): Unit =
            try {
                load("com.sun.net.httpserver.HttpServer")
            } catch (e: ClassNotFoundException) {
                throw UnsupportedFeatureException(
                    "LoopbackRedirect needs the module jdk.httpserver, which this runtime has not got: add it " +
                        "(--add-modules jdk.httpserver), or receive the callback in another way (an app link on " +
                        "Android, a server of your own) and give its URL to authorizationCodeGrant",
                    e,
                )
            }

        private fun find(name: String) {
            Class.forName(name, false, LoopbackServer::class.java.classLoader)
        }

        /** Binds [port] of [host], 0 for any free one. Throws [IOException] where that cannot be had. */
        fun open(
            host: LoopbackHost,
            port: Int,
        ): LoopbackServer = LoopbackServer(if (host == LoopbackHost.IPV4) listOf(bind(IPV4, port)) else bindBoth(port))

        private fun bindBoth(port: Int): List<HttpServer> {
            var attempt = 1
            while (true) {
                val first = bind(IPV4, port)
                try {
                    return listOf(first, bind(IPV6, first.address.port))
                } catch (e: IOException) {
                    if (!hasIpv6()) return listOf(first)
                    first.stop(0)
                    // another program would get the callbacks of those browsers that take ::1
                    if (port != 0 || attempt++ == ATTEMPTS) throw e
                }
            }
        }

        private fun hasIpv6(): Boolean =
            try {
                ServerSocket(0, 1, IPV6).close()
                true
            } catch (_: IOException) {
                false
            }

        private fun bind(
            address: InetAddress,
            port: Int,
        ): HttpServer {
            val server =
                try {
                    HttpServer.create(InetSocketAddress(address, port), 0)
                } catch (e: IOException) {
                    throw IOException("${address.hostAddress}:$port cannot be listened at: ${e.message}", e)
                }
            server.executor = THREADS
            server.start()
            return server
        }
    }
}
