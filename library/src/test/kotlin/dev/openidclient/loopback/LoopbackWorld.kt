package dev.openidclient.loopback

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.testing.StubServer
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.supervisorScope
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket

const val IPV4: String = "127.0.0.1"
const val IPV6: String = "::1"

/** A sign-in that waits for its callback. */
class WaitingSignIn(
    val redirect: LoopbackRedirect,
    val request: AuthorizationRequest,
    val callback: Deferred<AuthorizationCallback>,
) {
    val port: Int = portOf(redirect)
    val state: String = request.pending.state

    /** The answer to what a browser asks for. */
    suspend fun get(
        target: String,
        host: String = "$IPV4:$port",
    ): Answer = answer(port, "GET $target HTTP/1.1\r\nHost: $host\r\n\r\n")

    suspend fun post(
        body: String,
        target: String = "/callback",
        contentType: String? = "application/x-www-form-urlencoded",
    ): Answer {
        val type = contentType?.let { "Content-Type: $it\r\n" }.orEmpty()
        val head = "POST $target HTTP/1.1\r\nHost: $IPV4:$port\r\n${type}Content-Length: ${body.length}\r\n\r\n"
        return answer(port, head + body)
    }
}

/** Lets [act] play with a sign-in that waits. */
suspend fun <T> waiting(
    configure: LoopbackRedirectSettings.() -> Unit = {},
    client: OpenIdClient = StubServer().client(),
    act: suspend (WaitingSignIn) -> T,
): T =
    supervisorScope {
        val opened = CompletableDeferred<String>()
        LoopbackRedirect(configure) { opened.complete(it) }.use { redirect ->
            val request = client.authorizationRequest { redirectUri(redirect.uri).scope("openid") }
            val callback = async(Dispatchers.Default) { redirect.await(request) }
            opened.await() shouldBe request.url
            act(WaitingSignIn(redirect, request, callback))
        }
    }

fun portOf(redirect: LoopbackRedirect): Int = redirect.uri.substringAfterLast(':').substringBefore('/').toInt()

class Answer(
    text: String,
) {
    val status: Int = text.substringAfter(' ').substringBefore(' ').toInt()
    val body: String = text.substringAfter("\r\n\r\n")
    private val headers =
        text.substringBefore("\r\n\r\n").lines().drop(1).map {
            it.substringBefore(':').lowercase() to it.substringAfter(':').trim()
        }

    /** Null where it does not come once. */
    fun header(name: String): String? = headers.filter { it.first == name }.singleOrNull()?.second
}

/** What [port] answers to the bytes of [request], up to the end of the connection. */
suspend fun answer(
    port: Int,
    request: String,
    address: String = IPV4,
): Answer =
    runInterruptible(Dispatchers.IO) {
        Socket(InetAddress.getByName(address), port).use { socket ->
            socket.soTimeout = 10_000
            socket.getOutputStream().apply {
                write(request.encodeToByteArray())
                flush()
            }
            Answer(socket.getInputStream().readBytes().decodeToString())
        }
    }

/** Whether a program can listen there, as nobody else does. */
fun isFree(
    port: Int,
    address: String = IPV4,
): Boolean =
    try {
        ServerSocket().use { it.bind(InetSocketAddress(address, port)) }
        true
    } catch (_: IOException) {
        false
    }
