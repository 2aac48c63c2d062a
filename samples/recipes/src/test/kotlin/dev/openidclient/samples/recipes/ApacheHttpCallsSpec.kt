package dev.openidclient.samples.recipes

import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import org.apache.hc.client5.http.classic.methods.HttpGet
import org.apache.hc.client5.http.classic.methods.HttpPost
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder
import org.apache.hc.client5.http.impl.classic.HttpClients
import org.apache.hc.core5.http.ContentType
import org.apache.hc.core5.http.HttpHost
import org.apache.hc.core5.http.io.entity.ByteArrayEntity
import org.apache.hc.core5.http.io.entity.EntityUtils
import org.apache.hc.core5.http.io.entity.InputStreamEntity
import org.apache.hc.core5.http.io.entity.StringEntity
import java.io.InputStream
import java.net.URI
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicBoolean
import java.util.function.Function

/** The recipe of each language keeps what every adapter owes, and is a client of Apache's. */
class ApacheHttpCallsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val clients =
            mapOf<String, (ResourceAccess, HttpClientBuilder) -> CloseableHttpClient>(
                "Kotlin" to { access, builder -> apacheClient(access, builder) },
                "Java" to { access, builder -> ApacheHttpCalls.client(AsyncResourceAccess.from(access), builder) },
            )

        for ((language, client) in clients) {
            val contract =
                object : ResourceAccessContract() {
                    override val followsRedirects = true
                    override val takesTokensOfRequest = false

                    override fun newCaller(setup: CallerSetup) =
                        ApacheCaller(
                            client(
                                setup.access,
                                HttpClients.custom().setProxy(HttpHost(setup.proxy.address, setup.proxy.port)),
                            ),
                        )
                }
            context("Apache in $language") {
                for (check in contract.checks()) test(check.name) { check.run() }

                test("only the connection of an answer that is discarded is closed") {
                    keepingAlive { api ->
                        client(api.access(), HttpClients.custom()).use { http ->
                            repeat(2) {
                                val post = HttpPost("${api.origin}/orders").apply { entity = StringEntity("abc") }
                                http.execute(post) { EntityUtils.toString(it.entity) } shouldBe "orders"
                            }
                        }
                        api.server.requests.map { it.body.decodeToString() } shouldContainExactly List(3) { "abc" }
                        api.server.accepted shouldBe 2
                    }
                }

                test("a host that a request is sent to in the name of another one gets no token") {
                    Refusing(0).use { api ->
                        LocalServer { respond() }.use { other ->
                            client(api.access(), HttpClients.custom()).use { http ->
                                val target = HttpHost("http", "127.0.0.1", other.port)
                                http.execute(target, HttpGet("${api.origin}/orders")) { it.code } shouldBe 200
                            }
                            other.requests.single().all("authorization").shouldBeEmpty()
                        }
                    }
                }
            }
        }
    })

private inline fun keepingAlive(block: (Refusing) -> Unit) {
    val isRefused = AtomicBoolean()
    val server =
        LocalServer.conversing {
            while (readRequest() != null) {
                val status = if (isRefused.getAndSet(true)) "200 OK" else "401 Unauthorized"
                write("HTTP/1.1 $status\r\nContent-Length: 6\r\n\r\norders")
            }
        }
    Refusing(0, server).use(block)
}

private class ApacheCaller(
    private val client: CloseableHttpClient,
) : BlockingCaller() {
    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> {
        val sent = HttpUriRequestBase(request.method, URI(request.url))
        for ((name, values) in request.headers.toMap()) for (value in values) sent.addHeader(name, value)
        val type = ContentType.APPLICATION_OCTET_STREAM
        sent.entity =
            request.body?.let {
                if (request.isBodyOfOneUse) InputStreamEntity(it.inputStream(), type) else ByteArrayEntity(it, type)
            }
        val result =
            call {
                client.execute(sent) { answer ->
                    val headers = HttpHeaders.received(answer.headers.groupBy({ it.name }, { it.value }))
                    read.apply(
                        CallerAnswer(
                            answer.code,
                            headers,
                            answer.entity?.content ?: InputStream.nullInputStream(),
                        ),
                    )
                }
            }
        result.whenComplete { _, _ -> sent.cancel() }
        return result
    }

    override fun close() {
        super.close()
        client.close()
    }
}
