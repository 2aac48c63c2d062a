package dev.openidclient.samples.mcp.conformance

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.Executors

/** Runs [clients] in this JVM, each in the environment that the suite gave it: a JVM for each run would take minutes. */
internal class ClientHost(
    private val clients: List<Client>,
) : AutoCloseable {
    private val threads = Executors.newCachedThreadPool()
    private val server =
        HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0).apply {
            executor = threads
            createContext("/", ::answer)
            start()
        }

    /** Runs [client] here. */
    fun commandOf(client: Client): String =
        "${ConformanceSuite.nodeCommand("forward.cjs")} ${server.address.port} ${client.language}"

    private fun answer(exchange: HttpExchange) {
        val client = clients.single { exchange.requestURI.path == "/${it.language}" }
        val given = Json.parseToJsonElement(exchange.requestBody.reader().readText()).jsonObject
        val environment = given.mapValues { (_, value) -> value.jsonPrimitive.content }
        val failure = runBlocking { failureOf { client.run(environment - URL, environment.getValue(URL)) } }
        val text = failure?.stackTraceToString().orEmpty().encodeToByteArray()
        exchange.sendResponseHeaders(if (failure == null) OK else FAILED, text.size.toLong().takeIf { it > 0 } ?: -1)
        exchange.responseBody.use { it.write(text) }
    }

    override fun close() {
        server.stop(0)
        threads.shutdownNow()
    }
}

/** Whatever ends the program with another status than 0. */
@Suppress("TooGenericExceptionCaught") // as a JVM does
private suspend fun failureOf(run: suspend () -> Unit): Throwable? =
    try {
        run()
        null
    } catch (e: Exception) {
        e
    }

private const val URL = "URL"
private const val OK = 200
private const val FAILED = 500
