package dev.openidclient.ktor

import dev.openidclient.contract.AuthorizedCaller
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.http.HttpHeaders
import io.kotest.core.spec.style.FunSpec
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.HttpRedirect
import io.ktor.client.request.header
import io.ktor.client.request.prepareRequest
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsChannel
import io.ktor.http.HttpMethod
import io.ktor.util.toMap
import io.ktor.utils.io.ByteReadChannel
import io.ktor.utils.io.jvm.javaio.toInputStream
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.future
import java.net.Proxy
import java.util.concurrent.CompletableFuture
import java.util.function.Function

private const val UNTIL_ANSWERED = "who is cancelled while the answer is awaited ends the request"

/** What every adapter owes, for each engine. */
class OAuthContractSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        fun contract(
            engine: HttpClientEngineFactory<*>,
            follows: Boolean,
        ) = object : ResourceAccessContract() {
            override val followsRedirects get() = follows

            override fun newCaller(setup: CallerSetup) = KtorCaller(setup, engine, follows)
        }

        for ((name, engine) in mapOf("CIO" to CIO, "Java" to Java, "OkHttp" to OkHttp)) {
            context("with the engine $name") {
                for (check in contract(engine, follows = true).checks()) {
                    // it is the engine that does not hang up
                    val isOfTheEngine = engine == Java && check.name == UNTIL_ANSWERED
                    if (!isOfTheEngine) test(check.name) { check.run() }
                }
            }
        }

        context("where the caller follows redirects") {
            for (check in contract(CIO, follows = false).checks()) test(check.name) { check.run() }
        }
    })

private class KtorCaller(
    setup: CallerSetup,
    engine: HttpClientEngineFactory<*>,
    follows: Boolean,
) : AuthorizedCaller {
    private val scope = CoroutineScope(Dispatchers.IO)

    private val client =
        HttpClient(engine) {
            engine { proxy = Proxy(Proxy.Type.HTTP, setup.proxy) }
            followRedirects = follows
            if (follows) install(HttpRedirect) { allowHttpsDowngrade = true }
            install(OAuth) { access = setup.access }
        }

    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> =
        scope.future {
            val statement =
                client.prepareRequest(request.url) {
                    method = HttpMethod(request.method)
                    for ((name, values) in request.headers.toMap()) for (value in values) header(name, value)
                    request.body?.let { if (request.isBodyOfOneUse) setBody(ByteReadChannel(it)) else setBody(it) }
                    request.tokens?.let { tokens(it) }
                }
            statement.execute { answer ->
                val headers = HttpHeaders.received(answer.headers.toMap())
                read.apply(CallerAnswer(answer.status.value, headers, answer.bodyAsChannel().toInputStream()))
            }
        }

    override fun close() {
        scope.cancel()
        client.close()
    }
}
