package dev.openidclient.messages

import dev.openidclient.client.ClientSettings
import dev.openidclient.contract.LocalServer
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.ProxySettings
import dev.openidclient.http.TlsSettings
import dev.openidclient.http.requireNoProxyRefusal
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.PolledServer
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.waitingDevice
import dev.openidclient.token.clientCredentialsGrant
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.net.ConnectException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertificateExpiredException
import javax.net.ssl.SSLHandshakeException

private suspend fun failing(
    cause: IOException,
    configure: ClientSettings.() -> Unit = {},
) = StubServer()
    .client {
        transport = HttpTransport { throw cause }
        configure()
    }.clientCredentialsGrant()

/** No answer, whatever sends the requests. */
internal suspend fun Messages.noAnswers() {
    of { failing(ConnectException("refused")) }
    of { failing(UnknownHostException("as.example.com")) }
    of { failing(ConnectException("refused")) { mapOrigin(ISSUER, "https://keycloak.internal") } }
    of { failing(SSLHandshakeException("PKIX").apply { initCause(CertPathBuilderException("none")) }) }
    of { failing(SSLHandshakeException("PKIX").apply { initCause(CertificateExpiredException("old")) }) }
    of { failing(SSLHandshakeException("handshake")) }
    of { failing(SocketTimeoutException("read")) }
    of { failing(IOException("broken")) }
    val client = StubServer().client { transport = HttpTransport { awaitCancellation() } }
    runTest { of { client.clientCredentialsGrant() } }
    runTest {
        val server = PolledServer(this, PolledServer.pending())
        of { server.client().deviceCodeGrant(waitingDevice()) }
    }
}

private const val SHORT = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"

private const val CUT = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"

/** Over real connections. */
internal suspend fun Messages.connections() {
    val keys = Certificates.keyStore("messages", "RSA")
    val listener = { Certificates.listener(keys) }
    for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
        val trusting = TlsSettings().trustPem(Certificates.certificatePem(keys))

        suspend fun exchange(
            url: (LocalServer) -> String,
            tls: TlsSettings? = null,
            proxied: Boolean = false,
            server: LocalServer,
        ) = server.use {
            val proxy = if (proxied) ProxySettings().url("http://127.0.0.1:${it.port}") else null
            engine.createTransport(tls, proxy).use { transport -> transport.send(HttpRequest("GET", url(it))) }
        }
        of { exchange({ "https://localhost:${it.port}/" }, trusting, server = LocalServer(listener()) { write(CUT) }) }
        of {
            exchange(
                { "https://localhost:${it.port}/" },
                trusting,
                server = LocalServer(listener()) { write(SHORT) },
            )
        }
        of { exchange({ "https://localhost:${it.port}/" }, server = LocalServer(listener()) { write(SHORT) }) }
        of { exchange({ "http://as.example.invalid/" }, proxied = true, server = refusingProxy()) }
        of { exchange({ "https://as.example.invalid/" }, proxied = true, server = refusingProxy()) }
        of { engine.open().also { it.close() }.send(HttpRequest("GET", "https://as.example.com/")) }
    }
    of { HttpEngine.CIO.open().use { it.send(HttpRequest("GET", "https://127.1/")) } }
    val proxy = ProxySettings().url("http://proxy.example.com:3128").credentials("user", "p4ss").build()
    of { requireNoProxyRefusal(status = 407, HttpRequest("GET", "https://as.example.com/"), proxy) }
}

private fun refusingProxy() =
    LocalServer {
        write(
            "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        )
    }
