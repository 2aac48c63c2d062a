package dev.openidclient.okhttp

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpRequest
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import okhttp3.Dispatcher
import okhttp3.Dns
import okhttp3.OkHttpClient
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.ServerSocket
import java.net.SocketAddress
import java.net.URI
import java.util.concurrent.Executors

class FailuresSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        val parts =
            mapOf<String, OkHttpClient.Builder.() -> Unit>(
                "ProxySelector" to { proxySelector(Selector { throw IllegalStateException("a defect") }) },
                "Dns" to { dns(Dns { throw IllegalStateException("a defect") }) },
                "interceptor" to { addInterceptor { throw IllegalStateException("a defect") } },
            )
        for ((name, configure) in parts) {
            test("a $name of the caller's own that throws ends the call, and nothing was sent") {
                val failure =
                    shouldThrow<TransportException> { sent("http://as.example.com/token?a=s3cret", configure) }

                failure.reached shouldBe Reached.NO
                failure.message shouldContain "no connection for POST http://as.example.com/token: "
                failure.message shouldContain "threw java.lang.IllegalStateException"
                failure.message shouldNotContain "s3cret"
            }
        }

        test("an interceptor of the caller's own that throws after the answer ends the call as one that was answered") {
            LocalServer { respond() }.use { server ->
                val failure =
                    shouldThrow<TransportException> {
                        sent("http://127.0.0.1:${server.port}/token") {
                            addInterceptor { chain ->
                                chain.proceed(chain.request()).close()
                                throw IllegalStateException("a defect")
                            }
                        }
                    }

                failure.reached shouldBe Reached.ANSWERED
                failure.message shouldContain "threw java.lang.IllegalStateException"
            }
        }

        test("a ProxySelector that throws when it is asked again costs the proxy's name, and the call ends") {
            LocalServer { respond("407 X", "", "Proxy-Authenticate: Basic realm=\"a\"") }.use { proxy ->
                var asked = 0
                val once =
                    Selector {
                        check(asked++ == 0) { "a defect" }
                        listOf(Proxy(Proxy.Type.HTTP, InetSocketAddress("127.0.0.1", proxy.port)))
                    }
                val failure =
                    shouldThrow<TransportException> {
                        sent("https://as.example.com/token") { proxySelector(once) }
                    }

                failure.reached shouldBe Reached.NO
                failure.message shouldContain "407"
                asked shouldBe 2
            }
        }

        val keys = Certificates.keyStore("server", "RSA")
        val listeners =
            mapOf<String, () -> ServerSocket>("http" to ::plain, "https" to { Certificates.listener(keys) })
        for ((scheme, listener) in listeners) {
            test("a 407 of a server is an answer, and it gets no credentials of a proxy: $scheme") {
                var asked = 0
                LocalServer(listener()) { respond("407 X", "", "Proxy-Authenticate: Basic") }.use { server ->
                    val client =
                        OkHttpClient
                            .Builder()
                            .sslSocketFactory(context(keys).socketFactory, trustManager(keys))
                            .proxyAuthenticator { _, response ->
                                asked++
                                response.request.newBuilder().header("proxy-authorization", "Basic YTpi").build()
                            }.build()
                    HandedIn(client).use {
                        it.send(HttpRequest("GET", "$scheme://127.0.0.1:${server.port}/a")).status shouldBe 407
                    }
                    server.requests shouldHaveSize 1
                }
                asked shouldBe 0
            }
        }
    })

private fun plain() = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))

private suspend fun sent(
    url: String,
    configure: OkHttpClient.Builder.() -> Unit,
) {
    // OkHttp throws it again in its thread, for the handler of that
    val threads =
        Executors.newCachedThreadPool { task ->
            Thread(task).apply {
                isDaemon = true
                setUncaughtExceptionHandler { _, _ -> }
            }
        }
    val client =
        OkHttpClient
            .Builder()
            .dispatcher(Dispatcher(threads))
            .apply(configure)
            .build()
    HandedIn(client).use { it.send(HttpRequest("POST", url, body = HttpBody.json("{}"))) }
}

private class Selector(
    private val proxies: () -> List<Proxy>,
) : ProxySelector() {
    override fun select(uri: URI): List<Proxy> = proxies()

    override fun connectFailed(
        uri: URI,
        address: SocketAddress,
        failure: IOException,
    ): Unit = Unit
}
