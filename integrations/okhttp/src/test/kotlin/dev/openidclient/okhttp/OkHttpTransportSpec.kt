package dev.openidclient.okhttp

import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.Certificates
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.future.await
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import okhttp3.Cache
import okhttp3.Cookie
import okhttp3.CookieJar
import okhttp3.Dispatcher
import okhttp3.Dns
import okhttp3.HttpUrl
import okhttp3.Interceptor
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Response
import okhttp3.ResponseBody
import okio.Buffer
import okio.BufferedSource
import okio.GzipSink
import okio.buffer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ServerSocket
import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds

class OkHttpTransportSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        /** What comes of [request] at a server that answers with [answer], through a client made by [configure]. */
        suspend fun exchange(
            configure: OkHttpClient.Builder.() -> Unit = {},
            request: (String) -> HttpRequest = ::post,
            answer: Connection.() -> Unit,
        ): Pair<HttpResponse, LocalServer> =
            LocalServer(answer = answer).use { server ->
                HandedIn(OkHttpClient.Builder().apply(configure).build()).use {
                    it.send(request(url(server))) to server
                }
            }

        context("the client that is handed in") {
            test("lends its connections and threads, and is not shut down") {
                val client = OkHttpClient()
                HandedIn(client).use { transport ->
                    LocalServer.conversing { while (readRequest() != null) keepAlive() }.use { server ->
                        transport.send(get(url(server)))
                        client.connectionPool.connectionCount() shouldBe 1
                        OkHttpTransport(client).send(post(url(server)))
                        server.accepted shouldBe 1
                    }
                    client.dispatcher.executorService.isShutdown shouldBe false
                }
            }

            test("keeps its interceptors, which see the server's status") {
                val seen = CopyOnWriteArrayList<Int>()
                val interceptor =
                    Interceptor { chain ->
                        val request = chain.request().newBuilder().header("x-tenant", "a").build()
                        chain.proceed(request).also { seen += it.code }
                    }
                val configure: OkHttpClient.Builder.() -> Unit = {
                    addInterceptor(interceptor)
                    addNetworkInterceptor(interceptor)
                }
                val (response, server) = exchange(configure, ::get) { respond("503 X", "", "Retry-After: 0") }
                response.status shouldBe 503
                response.headers["retry-after"] shouldBe "0"
                server.requests.single().all("x-tenant") shouldBe listOf("a")
                seen shouldBe listOf(503, 503)
            }

            test("keeps an interceptor that repeats a GET after a 503, which sees the status of each answer") {
                val seen = CopyOnWriteArrayList<Int>()
                val answers = AtomicInteger()
                val patient =
                    Interceptor { chain ->
                        val first = chain.proceed(chain.request()).also { seen += it.code }
                        if (first.code != 503) return@Interceptor first
                        first.close()
                        chain.proceed(chain.request()).also { seen += it.code }
                    }
                val (response, server) =
                    exchange({ addInterceptor(patient) }, ::get) {
                        if (answers.getAndIncrement() == 0) respond("503 X", "", "Retry-After: 0") else respond()
                    }
                response.status shouldBe 200
                seen shouldBe listOf(503, 200)
                server.requests shouldHaveSize 2
            }

            test("does not say that an answer came where an interceptor's second GET got none") {
                val answers = AtomicInteger()
                val failure =
                    shouldThrow<TransportException> {
                        exchange({
                            addInterceptor { chain ->
                                chain.proceed(chain.request()).close()
                                chain.proceed(chain.request())
                            }
                        }, ::get) { if (answers.getAndIncrement() == 0) respond() }
                    }
                failure.reached shouldBe Reached.UNKNOWN
            }

            test("is itself as before: it still follows redirects and repeats") {
                val client = OkHttpClient()
                OkHttpTransport(client)
                client.followRedirects shouldBe true
                client.retryOnConnectionFailure shouldBe true
                client.networkInterceptors shouldHaveSize 0
            }

            test("does not authenticate, keep cookies or cache here, though it would elsewhere") {
                val asked = CopyOnWriteArrayList<String>()
                val folder = Files.createTempDirectory("cache").toFile()
                val configure: OkHttpClient.Builder.() -> Unit = {
                    authenticator { _, response ->
                        asked += "authenticator"
                        response.request.newBuilder().header("authorization", "Basic YTpi").build()
                    }
                    cookieJar(AskedJar(asked))
                    cache(Cache(folder, 1_000_000))
                }
                val fields = arrayOf("WWW-Authenticate: Basic", "Set-Cookie: a=b", "Cache-Control: max-age=60")
                val (response, server) = exchange(configure, ::get) { respond("401 X", "{}", *fields) }
                response.status shouldBe 401
                server.requests shouldHaveSize 1
                asked shouldHaveSize 0
                folder.list().orEmpty().toList() shouldBe emptyList()
                folder.deleteRecursively()
            }

            test("cannot send a body twice, whatever its interceptors do") {
                val failure =
                    shouldThrow<TransportException> {
                        exchange({
                            addInterceptor { chain ->
                                chain.proceed(chain.request()).close()
                                chain.proceed(chain.request())
                            }
                        }) { respond() }
                    }
                failure.cause?.message shouldBe "the request was sent already"
            }

            test("tries a host's other addresses where one refuses") {
                val addresses = listOf("127.0.0.2", "127.0.0.1").map(InetAddress::getByName)
                val (response, _) =
                    exchange({
                        dns(Dns { addresses })
                        fastFallback(false)
                    }, { post(it.replace("127.0.0.1", "as.example.com")) }) { respond(body = "here") }
                response.bodyText() shouldBe "here"
            }
        }

        context("a failure says how far the request came:") {
            suspend fun failure(
                configure: OkHttpClient.Builder.() -> Unit = {},
                request: (String) -> HttpRequest = ::post,
                answer: Connection.() -> Unit,
            ) = shouldThrow<TransportException> { exchange(configure, request, answer) }

            test("nowhere, to a port where nobody listens") {
                val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
                val failure = failure(request = { post("http://127.0.0.1:$port/token?a=secret") }) { }
                failure.reached shouldBe Reached.NO
                failure.message shouldBe "no connection for POST http://127.0.0.1:$port/token: ConnectException"
            }

            test("nowhere, to a server whose certificate nobody trusts") {
                val listener = Certificates.listener(Certificates.keyStore("server", "RSA"))
                LocalServer(listener) { respond() }.use { server ->
                    val failure = failure(request = { post("https://127.0.0.1:${server.port}/token") }) { }
                    failure.reached shouldBe Reached.NO
                    failure.message shouldContain "no TLS connection for POST"
                }
            }

            test("nowhere, with a handshake that is not answered in time") {
                LocalServer.conversing { awaitEnd() }.use { server ->
                    val https = { _: String -> post("https://127.0.0.1:${server.port}/token") }
                    val failure = failure({ readTimeout(Duration.ofMillis(100)) }, https) { }
                    failure.reached shouldBe Reached.NO
                    failure.code shouldBe ErrorCode.TIMEOUT
                }
            }

            test("nowhere, through a client that was shut down") {
                val failure = failure({ dispatcher(Dispatcher().also { it.executorService.shutdown() }) }) { respond() }
                failure.reached shouldBe Reached.NO
            }

            test("nowhere, where OkHttp does not take the URL") {
                val failure = failure(request = { post("http://a b/?a=secret") }) { }
                failure.reached shouldBe Reached.NO
                failure.stackTraceToString() shouldNotContain "secret"
            }

            test("nobody knows, where the connection ends without an answer") {
                val failure = failure { }
                failure.reached shouldBe Reached.UNKNOWN
                failure.message shouldContain "no answer from POST"
            }

            for ((name, configure) in TIMEOUTS) {
                test("nobody knows, where the client's $name is up") {
                    val failure = failure(configure) { awaitEnd() }
                    failure.reached shouldBe Reached.UNKNOWN
                    failure.code shouldBe ErrorCode.TIMEOUT
                }
            }

            test("to an answer, where that breaks off") {
                val failure = failure { write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}") }
                failure.reached shouldBe Reached.ANSWERED
                failure.message shouldContain "an incomplete answer from POST"
            }
        }

        context("an answer") {
            test("503 whose Retry-After is beyond any number is an answer") {
                val (response, _) = exchange { respond("503 X", "", "Retry-After: 99999999999") }
                response.status shouldBe 503
                response.headers["retry-after"] shouldBe "99999999999"
            }

            test("with a header that no field may hold is received without it") {
                val (response, _) = exchange { respond("200 OK", "{}", "X-Bell: a\u0007b", "X-A: 1") }
                response.headers["x-bell"] shouldBe null
                response.headers["x-a"] shouldBe "1"
            }

            test("that is too long says so, with its status and headers") {
                val failure =
                    shouldThrow<InvalidResponseException> {
                        exchange(request = { HttpRequest("GET", it, maximumResponseSize = 10) }) {
                            respond("200 OK", "x".repeat(11), "X-A: 1")
                        }
                    }
                failure.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                failure.message shouldContain "10 bytes"
                failure.status shouldBe 200
                failure.headers["x-a"] shouldBe listOf("1")
            }

            test("of announced 2 GB takes the memory of what comes") {
                shouldThrow<TransportException> {
                    exchange(request = { HttpRequest("GET", it, maximumResponseSize = Int.MAX_VALUE) }) {
                        write("HTTP/1.1 200 OK\r\nContent-Length: 2147483000\r\n\r\n{}")
                    }
                }
            }

            test("that cannot be read ends the call all the same") {
                val threads =
                    Executors.newCachedThreadPool { task ->
                        Thread(task).apply { setUncaughtExceptionHandler { _, _ -> } }
                    }
                shouldThrow<TransportException> {
                    exchange({
                        dispatcher(Dispatcher(threads))
                        addInterceptor { broken(it) }
                    }) { respond() }
                }.message shouldContain "POST http://127.0.0.1"
            }

            test("of a negative length does not end the thread, which on Android ends the app, and is hung up") {
                val thrown = CopyOnWriteArrayList<Throwable>()
                val threads =
                    Executors.newCachedThreadPool { task ->
                        Thread(task).apply { setUncaughtExceptionHandler { _, e -> thrown += e } }
                    }
                val negative =
                    LocalServer {
                        write("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}")
                        awaitEnd()
                    }
                negative.use { server ->
                    val client = OkHttpClient.Builder().dispatcher(Dispatcher(threads)).build()
                    HandedIn(client).use { transport ->
                        val failure = shouldThrow<TransportException> { transport.send(get(url(server))) }
                        failure.reached shouldBe Reached.ANSWERED
                        eventually(10.seconds) { server.open shouldBe 0 }
                    }
                }
                threads.awaitTermination(10, TimeUnit.SECONDS)
                thrown shouldHaveSize 0
            }

            test("that is uncompressed to more than the bound is refused, however small it came") {
                val gzip = Buffer().also { to -> GzipSink(to).buffer().use { it.writeUtf8(" ".repeat(1_001)) } }
                val answer: Connection.() -> Unit = {
                    write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzip.size}\r\n\r\n")
                    write(gzip.snapshot().toByteArray())
                }
                shouldThrow<InvalidResponseException> {
                    exchange(request = { HttpRequest("GET", it, maximumResponseSize = 1_000) }, answer = answer)
                }.message shouldContain "1000 bytes"
                val (response, _) =
                    exchange(request = { HttpRequest("GET", it, maximumResponseSize = 1_001) }, answer = answer)
                response.bodySize shouldBe 1_001
                response.headers["content-encoding"] shouldBe null
            }
        }

        context("a proxy") {
            test("that wants credentials is named, and the request is not sent") {
                LocalServer
                    .conversing {
                        readRequest()
                        respond("407 X", "", "Proxy-Authenticate: Basic realm=\"a\"")
                    }.use { proxy ->
                        val failure =
                            shouldThrow<TransportException> {
                                exchange({ through(proxy) }, { post("https://as.example.com/token") }) { }
                            }
                        failure.reached shouldBe Reached.NO
                        failure.message shouldContain "127.0.0.1:${proxy.port}"
                        failure.message shouldContain "407"
                        failure.message shouldContain "proxyAuthenticator"
                        proxy.requests.map { it.requestLine } shouldBe listOf("CONNECT as.example.com:443 HTTP/1.1")
                    }
            }

            test("gets the credentials of the client's proxyAuthenticator, once") {
                LocalServer
                    .conversing {
                        readRequest()
                        respond("407 X", "", "Proxy-Authenticate: Basic realm=\"a\"")
                    }.use { proxy ->
                        shouldThrow<TransportException> {
                            exchange({
                                through(proxy)
                                proxyAuthenticator { _, response ->
                                    response.request
                                        .takeIf { it.header("proxy-authorization") == null }
                                        ?.newBuilder()
                                        ?.header("proxy-authorization", "Basic YTpi")
                                        ?.build()
                                }
                            }, { post("https://as.example.com/token") }) { }
                        }
                        proxy.requests.map { it.all("proxy-authorization") } shouldBe listOf(listOf("Basic YTpi"))
                    }
            }
        }

        test("a call that is cancelled while it waits for its turn sends nothing") {
            val dispatcher = Dispatcher().apply { maxRequests = 1 }
            val client = OkHttpClient.Builder().dispatcher(dispatcher).build()
            LocalServer { awaitEnd() }.use { server ->
                HandedIn(client).use { transport ->
                    supervisorScope {
                        val first = async(Dispatchers.IO) { transport.send(post(url(server))) }
                        server.firstRequest.await()
                        val second = async(Dispatchers.IO) { transport.send(post(url(server))) }
                        eventually(10.seconds) { dispatcher.queuedCallsCount() shouldBe 1 }
                        second.cancel()
                        shouldThrow<CancellationException> { second.await() }
                        first.cancel()
                        eventually(10.seconds) { dispatcher.runningCallsCount() shouldBe 0 }
                    }
                    server.requests shouldHaveSize 1
                }
            }
        }

        test("a hundred calls that are cancelled at once leave no connection, and no thread that works") {
            val dispatcher =
                Dispatcher().apply {
                    maxRequests = HUNDRED
                    maxRequestsPerHost = HUNDRED
                }
            val client = OkHttpClient.Builder().dispatcher(dispatcher).build()
            LocalServer { awaitEnd() }.use { server ->
                HandedIn(client).use { transport ->
                    supervisorScope {
                        val calls = List(HUNDRED) { async(Dispatchers.IO) { transport.send(post(url(server))) } }
                        eventually(20.seconds) { server.requests shouldHaveSize HUNDRED }
                        calls.forEach { it.cancel() }
                        calls.forEach { shouldThrow<CancellationException> { it.await() } }
                    }
                    eventually(20.seconds) {
                        server.open shouldBe 0
                        client.connectionPool.connectionCount() shouldBe 0
                        dispatcher.runningCallsCount() shouldBe 0
                        (dispatcher.executorService as ThreadPoolExecutor).activeCount shouldBe 0
                    }
                }
            }
            eventually(20.seconds) { threads() shouldHaveSize 0 }
        }

        test("a GET with a body is the caller's mistake") {
            shouldThrow<IllegalArgumentException> {
                exchange(request = { HttpRequest("GET", it, body = HttpBody.json("{}")) }) { respond() }
            }.message shouldContain "GET"
        }

        context("a transport with an OkHttp of its own") {
            test("sends more than five requests to a host at a time") {
                val all = CompletableFuture<Unit>()
                val here = CopyOnWriteArrayList<Connection>()
                LocalServer {
                    here += this
                    if (here.size == MANY) all.complete(Unit)
                    all.join()
                    respond()
                }.use { server ->
                    OkHttpTransport.open().use { transport ->
                        supervisorScope { List(MANY) { async(Dispatchers.IO) { transport.send(get(url(server))) } } }
                            .forEach { it.await().status shouldBe 200 }
                    }
                }
            }

            test("those who wait for a host that hangs, however many, hold up no other host") {
                LocalServer { awaitEnd() }.use { hanging ->
                    LocalServer { respond() }.use { other ->
                        OkHttpTransport.open().use { transport ->
                            supervisorScope {
                                val waiting =
                                    List(HUNDRED) { async(Dispatchers.IO) { transport.send(get(url(hanging))) } }
                                eventually(10.seconds) { hanging.accepted shouldBeGreaterThanOrEqual 64 }
                                // OkHttp tells hosts apart by their names
                                val url = "http://localhost:${other.port}"
                                withTimeout(10.seconds) { transport.send(get(url)).status shouldBe 200 }
                                waiting.forEach { it.cancel() }
                            }
                        }
                    }
                }
            }

            test("ends a call in flight with a failure when it is closed, and its threads") {
                // those of the clients before
                eventually(10.seconds) { threads() shouldHaveSize 0 }
                LocalServer { awaitEnd() }.use { server ->
                    val transport = OkHttpTransport.open()
                    supervisorScope {
                        val call = async(Dispatchers.IO) { transport.send(post(url(server))) }
                        server.firstRequest.await()
                        threads().shouldHaveSize(1).single().isDaemon shouldBe true
                        transport.close()
                        shouldThrow<TransportException> { call.await() }.reached shouldBe Reached.UNKNOWN
                    }
                    eventually(10.seconds) { threads() shouldHaveSize 0 }
                    shouldThrow<TransportException> { transport.send(post(url(server))) }.reached shouldBe Reached.NO
                }
            }
        }

        test("toString shows nothing of the client") {
            OkHttpTransport(OkHttpClient()).toString() shouldBe "OkHttpTransport"
            OkHttpTransport.open().use { it.toString() shouldBe "OkHttpTransport" }
        }
    })

private const val MANY = 12
private const val HUNDRED = 100

private val TIMEOUTS: Map<String, OkHttpClient.Builder.() -> Unit> =
    mapOf(
        "readTimeout" to { readTimeout(Duration.ofMillis(200)) },
        "callTimeout" to { callTimeout(Duration.ofMillis(500)) },
    )

private fun url(server: LocalServer) = "http://127.0.0.1:${server.port}/token"

private fun get(url: String) = HttpRequest("GET", url)

private fun post(url: String) = HttpRequest("POST", url, body = HttpBody.json("{}"))

private fun threads() =
    Thread.getAllStackTraces().keys.filter {
        "OkHttp Dispatcher" in it.name ||
            "OkHttp http" in it.name
    }

private fun OkHttpClient.Builder.through(proxy: LocalServer) =
    proxy(Proxy(Proxy.Type.HTTP, InetSocketAddress("127.0.0.1", proxy.port)))

private fun Connection.keepAlive() = write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

private class AskedJar(
    private val asked: MutableList<String>,
) : CookieJar {
    override fun loadForRequest(url: HttpUrl): List<Cookie> = emptyList<Cookie>().also { asked += "cookies" }

    override fun saveFromResponse(
        url: HttpUrl,
        cookies: List<Cookie>,
    ) {
        asked += "cookies"
    }
}

/** An answer whose body throws what no body should. */
private fun broken(chain: Interceptor.Chain) =
    Response
        .Builder()
        .request(chain.request())
        .protocol(Protocol.HTTP_1_1)
        .code(200)
        .message("OK")
        .body(
            object : ResponseBody() {
                override fun contentType(): MediaType? = null

                override fun contentLength(): Long = -1

                override fun source(): BufferedSource = if (isOpen) throw LinkageError("broken") else Buffer()

                private var isOpen = true

                override fun close() {
                    isOpen = false
                }
            },
        ).build()
