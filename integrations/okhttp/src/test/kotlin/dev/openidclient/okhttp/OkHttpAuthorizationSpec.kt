package dev.openidclient.okhttp

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.contract.AuthorizedCaller
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.awaitCancellation
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Dispatcher
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okio.BufferedSink
import java.io.IOException
import java.net.Proxy
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.function.Function

/** The duties of every adapter, and what is OkHttp's own. */
@OptIn(InsecureRequests::class) // the servers are all in this process
class OkHttpAuthorizationSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val contract =
            object : ResourceAccessContract() {
                override val followsRedirects = true

                override fun newCaller(setup: CallerSetup): AuthorizedCaller = OkHttpCaller(setup)
            }
        context("OkHttp") {
            for (check in contract.checks()) test(check.name) { check.run() }
        }

        val server = TestAuthorizationServer { client("app", "secret-of-the-app") }
        val oauth =
            OpenIdClient(server.metadata, "app") {
                clientSecret("secret-of-the-app")
                transport = server
            }

        fun access(
            origin: String,
            tokens: TokenSource = ClientCredentialsTokens(oauth) {}.source { scope("orders") },
        ): ResourceAccess = ResourceAccess(oauth, tokens) { allowInsecure(origin) }

        val failures =
            mapOf(
                "an OAuthException" to TransportException(ErrorCode.NETWORK_ERROR, "the server is away"),
                "any other exception" to IllegalStateException("swordfish"),
                "an exception that Java must declare" to TimeoutException("swordfish"),
                "an IOException, which OkHttp might try again," to IOException("swordfish"),
            )
        for ((name, thrown) in failures) {
            test("$name of a token source is the cause of the callback's IOException, and the thread lives") {
                LocalServer { respond() }.use { api ->
                    val url = "http://127.0.0.1:${api.port}"
                    val died = CompletableFuture<Throwable>()
                    val client =
                        OkHttpClient
                            .Builder()
                            .dispatcher(dispatcherOfOneThread { died.complete(it) })
                            .authorize(access(url, Throwing(thrown)))
                            .build()
                    val failure = CompletableFuture<IOException>()
                    client.newCall(Request.Builder().url(url).build()).enqueue(Failing(failure))

                    val e = failure.get(10, TimeUnit.SECONDS)
                    e.cause shouldBe thrown
                    e.message shouldStartWith "no access token for this request: "
                    e.message.orEmpty() shouldNotContain "swordfish"
                    api.accepted shouldBe 0
                    client.shutDown()
                    died.isDone shouldBe false
                }
            }
        }

        test("a tag of the type TokenSource takes another source, as Retrofit's @Tag does") {
            LocalServer { respond() }.use { api ->
                val url = "http://127.0.0.1:${api.port}"
                val client = OkHttpClient.Builder().authorize(access(url, Throwing(IllegalStateException()))).build()
                val source = ClientCredentialsTokens(oauth) {}.source { scope("other") }
                val tagged = Request.Builder().url(url).tag(TokenSource::class.java, source).build()
                client.newCall(tagged).execute().close()
                client.newCall(Request.Builder().url(url).tokens(source).build()).execute().close()

                val schemes = api.requests.map { it.all("authorization").single().substringBefore(' ') }
                schemes shouldBe listOf("Bearer", "Bearer")
                client.shutDown()
            }
        }

        test("a request says that it has no token") {
            LocalServer { respond() }.use { api ->
                val url = "http://127.0.0.1:${api.port}"
                val client = OkHttpClient.Builder().authorize(access(url, Throwing(IllegalStateException()))).build()
                client.newCall(Request.Builder().url(url).withoutTokens().build()).execute().close()

                api.requests.single().all("authorization").shouldBeEmpty()
                client.shutDown()
            }
        }

        test("an interceptor that was added before sees no token") {
            LocalServer { respond() }.use { api ->
                val url = "http://127.0.0.1:${api.port}"
                val seen = mutableListOf<String?>()
                val client =
                    OkHttpClient
                        .Builder()
                        .addNetworkInterceptor { chain ->
                            seen += chain.request().header("authorization")
                            chain.proceed(chain.request())
                        }.authorize(access(url))
                        .build()
                val answer = client.newCall(Request.Builder().url(url).build()).execute()
                answer.close()

                seen shouldBe listOf(null)
                answer.request.header("authorization") shouldBe null
                api.requests.single().all("authorization").single() shouldStartWith "Bearer "
                client.shutDown()
            }
        }

        test("a body of the media type of its caller is sent again whole") {
            var count = 0
            LocalServer { if (count++ == 0) respond("401 Unauthorized") else respond() }.use { api ->
                val url = "http://127.0.0.1:${api.port}"
                val client = OkHttpClient.Builder().authorize(access(url)).build()
                val body = "{}".toRequestBody("application/json".toMediaType())
                client.newCall(Request.Builder().url(url).post(body).build()).execute().use { it.code shouldBe 200 }

                api.requests.map { it.body.decodeToString() } shouldBe listOf("{}", "{}")
                api.requests.map { it.all("authorization").single() }.toSet().size shouldBe 2
                client.shutDown()
            }
        }

        test("a transport of the library through the same client is left alone, and waits for nobody") {
            LocalServer { respond(body = "{}") }.use { api ->
                val url = "http://127.0.0.1:${api.port}"
                val client = OkHttpClient.Builder().authorize(access(url, Throwing(IllegalStateException()))).build()
                OkHttpTransport(client).send(HttpRequest("GET", url)).status shouldBe 200

                api.requests.single().all("authorization").shouldBeEmpty()
                client.shutDown()
            }
        }

        test("the timeout of a call ends the wait for its token") {
            LocalServer { respond() }.use { api ->
                val url = "http://127.0.0.1:${api.port}"
                val never =
                    object : TokenSource by Throwing(IllegalStateException()) {
                        override suspend fun token(): TokenResponse = awaitCancellation()
                    }
                val client =
                    OkHttpClient
                        .Builder()
                        .callTimeout(200, TimeUnit.MILLISECONDS)
                        .authorize(access(url, never))
                        .build()
                val e = shouldThrow<IOException> { client.newCall(Request.Builder().url(url).build()).execute() }

                e.message.orEmpty() shouldContain "timeout"
                api.accepted shouldBe 0
                client.shutDown()
            }
        }
    })

private fun dispatcherOfOneThread(died: (Throwable) -> Unit) =
    Dispatcher(
        Executors.newSingleThreadExecutor { task ->
            Thread(task).apply {
                isDaemon = true
                setUncaughtExceptionHandler { _, e -> died(e) }
            }
        },
    )

private fun OkHttpClient.shutDown() {
    dispatcher.executorService.shutdown()
    dispatcher.executorService.awaitTermination(10, TimeUnit.SECONDS)
    connectionPool.evictAll()
}

private class Throwing(
    private val thrown: Exception,
) : TokenSource {
    override suspend fun token(): TokenResponse = throw thrown

    override fun invalidate(tokens: TokenResponse) = Unit

    override fun state(): TokenState = TokenState.Unused
}

private class Failing(
    private val failure: CompletableFuture<IOException>,
) : Callback {
    override fun onFailure(
        call: Call,
        e: IOException,
    ) {
        failure.complete(e)
    }

    override fun onResponse(
        call: Call,
        response: Response,
    ) {
        response.close()
        failure.completeExceptionally(AssertionError("an answer came: ${response.code}"))
    }
}

/** OkHttp as the contract calls it. */
internal class OkHttpCaller(
    setup: CallerSetup,
) : AuthorizedCaller {
    private val client =
        OkHttpClient
            .Builder()
            .proxy(Proxy(Proxy.Type.HTTP, setup.proxy))
            .dispatcher(Dispatcher().apply { maxRequestsPerHost = 64 })
            .authorize(setup.access)
            .build()

    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> {
        val call = client.newCall(okHttpRequest(request))
        val result = CompletableFuture<T>()
        result.whenComplete { _, _ -> if (result.isCancelled) call.cancel() }
        call.enqueue(
            object : Callback {
                override fun onFailure(
                    call: Call,
                    e: IOException,
                ) {
                    result.completeExceptionally(e.cause?.takeIf { e is NoTokenException } ?: e)
                }

                override fun onResponse(
                    call: Call,
                    response: Response,
                ) {
                    try {
                        val headers = HttpHeaders.received(response.headers)
                        response.use {
                            result.complete(read.apply(CallerAnswer(it.code, headers, it.body.byteStream())))
                        }
                    } catch (e: IOException) {
                        result.completeExceptionally(e)
                    }
                }
            },
        )
        return result
    }

    private fun okHttpRequest(request: CallerRequest): Request {
        val builder = Request.Builder().url(request.url)
        request.headers.toMap().forEach { name, values -> for (value in values) builder.addHeader(name, value) }
        request.tokens?.let(builder::tokens)
        val type = "application/octet-stream".toMediaType()
        val body = request.body?.let { if (request.isBodyOfOneUse) OneUse(it) else it.toRequestBody(type) }
        return builder.method(request.method, body).build()
    }

    override fun close() {
        client.dispatcher.executorService.shutdown()
        client.dispatcher.cancelAll()
        client.connectionPool.evictAll()
    }
}

private class OneUse(
    private val bytes: ByteArray,
) : RequestBody() {
    override fun contentType() = "application/octet-stream".toMediaType()

    override fun isOneShot() = true

    override fun writeTo(sink: BufferedSink) {
        sink.write(bytes)
    }
}
