package dev.openidclient.okhttp

import dev.openidclient.http.HttpRequest
import dev.openidclient.testing.Certificates
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import okhttp3.Dns
import okhttp3.OkHttpClient
import okhttp3.Protocol
import java.net.InetAddress
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

private const val FIRST = "a.example.com"
private const val SECOND = "b.example.com"

/** Two hosts behind one certificate and one address: OkHttp has one HTTP/2 connection for both. */
class SharedConnectionSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        val keys = Certificates.keyStore("two hosts", "RSA", "dns:$FIRST,dns:$SECOND")

        fun server() =
            MockWebServer().apply {
                useHttps(context(keys).socketFactory)
                protocols = listOf(Protocol.HTTP_2, Protocol.HTTP_1_1)
                enqueue(MockResponse(200))
                enqueue(MockResponse(421))
                enqueue(MockResponse(200))
                start(InetAddress.getByName("127.0.0.1"), 0)
            }

        fun client() =
            OkHttpClient
                .Builder()
                .dns(Dns { listOf(InetAddress.getByName("127.0.0.1")) })
                .sslSocketFactory(context(keys).socketFactory, trustManager(keys))
                .build()

        test("a 421 on a connection that two hosts share is an answer, and the request is sent once") {
            server().use { server ->
                HandedIn(client()).use { transport ->
                    transport.send(HttpRequest("GET", "https://$FIRST:${server.port}/")).status shouldBe 200
                    transport.send(HttpRequest("GET", "https://$SECOND:${server.port}/")).status shouldBe 421
                    server.requestCount shouldBe 2
                }
            }
        }

        test("OkHttp by itself sends such a request again") {
            server().use { server ->
                val client = client()
                HandedIn(client).use {
                    for (host in listOf(FIRST, SECOND)) {
                        val request = okhttp3.Request.Builder().url("https://$host:${server.port}/").build()
                        client.newCall(request).execute().use { it.code shouldBe 200 }
                    }
                    server.requestCount shouldBe 3
                }
            }
        }
    })

internal fun context(keys: KeyStore): SSLContext {
    val own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
    own.init(keys, Certificates.PASSWORD.toCharArray())
    return SSLContext.getInstance("TLS").apply { init(own.keyManagers, arrayOf(trustManager(keys)), null) }
}

internal fun trustManager(keys: KeyStore): X509TrustManager {
    val trusted = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null, null) }
    trusted.setCertificateEntry("server", keys.getCertificate(Certificates.ALIAS))
    val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
    factory.init(trusted)
    return factory.trustManagers.filterIsInstance<X509TrustManager>().single()
}
