package dev.openidclient.samples.recipes

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.async.AsyncResourceAccess
import dev.openidclient.async.AsyncTokenSource
import dev.openidclient.contract.AuthorizedCaller
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.http.HttpHeaders
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import java.io.InputStream
import java.net.ProxySelector
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.util.concurrent.CompletableFuture
import java.util.function.Function

/** The recipe of each language keeps what every adapter owes. */
class HttpCallsSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val callers =
            mapOf<String, (CallerSetup, HttpClient) -> suspend (HttpRequest) -> HttpResponse<InputStream>>(
                "Kotlin" to { setup, http -> { request -> sendAuthorized(setup.access, http, request) } },
                "Java" to { setup, http ->
                    val authorized = HttpCalls.withTokens(AsyncResourceAccess.from(setup.access), http)
                    val send: suspend (HttpRequest) -> HttpResponse<InputStream> = { request ->
                        val sent = HttpCalls.send(authorized, request)
                        try {
                            sent.thenApply { it }.await()
                        } finally {
                            sent.cancel(true)
                        }
                    }
                    send
                },
            )

        for ((language, send) in callers) {
            val contract =
                object : ResourceAccessContract() {
                    override val followsRedirects = false
                    override val hasBodiesOfOneUse = false
                    override val takesTokensOfRequest = false

                    override fun newCaller(setup: CallerSetup): AuthorizedCaller {
                        val http = HttpClient.newBuilder().proxy(ProxySelector.of(setup.proxy)).build()
                        return HttpCaller(send(setup, http))
                    }
                }
            context("java.net.http in $language") {
                for (check in contract.checks()) test(check.name) { check.run() }
            }
        }

        test("the origin of the API gets tokens, and no other") {
            Refusing(0).use { api ->
                val client = AsyncOpenIdClient.create(api.authorizationServer.metadata, "app")
                val java = HttpCalls.ordersAccess(client, AsyncTokenSource.from(api.tokens))
                for (access in listOf(ordersAccess(api.client, api.tokens), java.toResourceAccess())) {
                    access.isAllowed("https://api.example.com/orders") shouldBe true
                    access.isAllowed("https://eu.api.example.com/orders") shouldBe false
                }
            }
        }

        test("a client that follows redirects is refused") {
            Refusing(0).use { api ->
                val http = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()
                val request = HttpRequest.newBuilder(URI(api.origin)).build()
                shouldThrow<IllegalArgumentException> { sendAuthorized(api.access(), http, request) }
                shouldThrow<IllegalArgumentException> {
                    HttpCalls.withTokens(AsyncResourceAccess.from(api.access()), http)
                }
            }
        }
    })

private class HttpCaller(
    private val send: suspend (HttpRequest) -> HttpResponse<InputStream>,
) : AuthorizedCaller {
    private val scope = CoroutineScope(Dispatchers.IO)

    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> =
        scope.future {
            val body = request.body?.let(BodyPublishers::ofByteArray) ?: BodyPublishers.noBody()
            val builder = HttpRequest.newBuilder(URI(request.url)).method(request.method, body)
            for ((name, values) in request.headers.toMap()) for (value in values) builder.header(name, value)
            val answer = send(builder.build())
            read.apply(CallerAnswer(answer.statusCode(), HttpHeaders.received(answer.headers().map()), answer.body()))
        }

    override fun close() {
        scope.cancel()
    }
}
