package dev.openidclient.resource

import dev.openidclient.contract.AuthorizedCaller
import dev.openidclient.contract.CallerAnswer
import dev.openidclient.contract.CallerRequest
import dev.openidclient.contract.CallerSetup
import dev.openidclient.contract.ContractCheck
import dev.openidclient.contract.ResourceAccessContract
import dev.openidclient.http.HttpHeaders
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
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
import java.net.http.HttpResponse
import java.util.concurrent.CompletableFuture
import java.util.function.Function

/** The contract of adapters holds for the loop that the documentation shows, and finds what is wrong with others. */
class ResourceAccessContractSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        context("the loop over a client that follows no redirects") {
            for (check in contract { CallerByHand(it) }.checks()) test(check.name) { check.run() }
        }

        context("the contract finds") {
            test("an adapter that authorizes a call once, not each send") {
                failedOf { SendsTheSameAgain(it) } shouldContainAll
                    listOf(
                        "with DPoP, 401 use_dpop_nonce is sent again, and then delivered",
                        "with Bearer, 401 invalid_token is sent again, and then delivered",
                        "a request is sent three times at the most",
                    )
            }
            test("an adapter that sends its token to everybody") {
                failedOf { TrustsEverybody(it) } shouldContainAll
                    listOf(
                        "a request elsewhere is sent as it is, and no token is asked for",
                        "a redirect of status 302 to another host takes neither token nor proof there",
                        "a redirect of status 307 to another port takes neither token nor proof there",
                        "a redirect of status 308 to a host that looks like it takes neither token nor proof there",
                    )
            }
            test("an adapter that reads the whole answer first") {
                failedOf({ "large answer" in it.name }) { ReadsAll(it) } shouldContainAll
                    listOf("a large answer is delivered while it arrives")
            }
        }
    })

private fun contract(new: (CallerSetup) -> AuthorizedCaller) =
    object : ResourceAccessContract() {
        override fun newCaller(setup: CallerSetup) = new(setup)

        override val followsRedirects get() = false
    }

private fun failedOf(
    which: (ContractCheck) -> Boolean = { "cancelled" !in it.name && "large" !in it.name },
    new: (CallerSetup) -> AuthorizedCaller,
): List<String> =
    contract(new).checks().filter(which).mapNotNull { check ->
        failureOf(check)?.let { check.name }
    }

@Suppress("TooGenericExceptionCaught") // whatever it is: the check did not hold
private fun failureOf(check: ContractCheck): Throwable? =
    try {
        check.run()
        null
    } catch (e: Exception) {
        e
    } catch (e: AssertionError) {
        e
    }

/** Over `java.net.http`. */
private open class CallerByHand(
    setup: CallerSetup,
) : AuthorizedCaller {
    protected val access = setup.access
    private val scope = CoroutineScope(Dispatchers.IO)
    private val client = HttpClient.newBuilder().proxy(ProxySelector.of(setup.proxy)).build()

    override fun <T : Any> send(
        request: CallerRequest,
        read: Function<CallerAnswer, T>,
    ): CompletableFuture<T> =
        scope.future {
            val answer = if ("authorization" in request.headers) sendOnce(request, null) else authorized(request)
            read.apply(CallerAnswer(answer.statusCode(), received(answer), bodyOf(answer)))
        }

    protected open suspend fun authorized(request: CallerRequest): HttpResponse<InputStream> {
        var authorization = authorize(request)
        while (true) {
            val answer = sendOnce(request, authorization)
            val used = authorization ?: return answer
            val verdict = access.judge(used, answer.statusCode(), received(answer), !request.isBodyOfOneUse)
            if (verdict == Verdict.DELIVER) return answer
            answer.body().close()
            authorization = authorize(request, used)
        }
    }

    protected open suspend fun authorize(
        request: CallerRequest,
        after: ResourceAuthorization? = null,
    ): ResourceAuthorization? = access.authorize(request.method, request.url, request.tokens, after)

    protected open fun bodyOf(answer: HttpResponse<InputStream>): InputStream = answer.body()

    protected suspend fun sendOnce(
        request: CallerRequest,
        authorization: ResourceAuthorization?,
    ): HttpResponse<InputStream> {
        val publisher =
            request.body?.let(HttpRequest.BodyPublishers::ofByteArray) ?: HttpRequest.BodyPublishers.noBody()
        val builder = HttpRequest.newBuilder(URI(request.url)).method(request.method, publisher)
        for ((name, values) in request.headers.toMap()) for (value in values) builder.header(name, value)
        for ((name, values) in authorization?.headers?.toMap().orEmpty()) builder.setHeader(name, values.single())
        val sent = client.sendAsync(builder.build(), HttpResponse.BodyHandlers.ofInputStream())
        try {
            // not the future itself: a coroutine cancels it without ending what it is of
            return sent.thenApply { it }.await()
        } finally {
            sent.cancel(true)
        }
    }

    protected fun received(answer: HttpResponse<*>) = HttpHeaders.received(answer.headers().map())

    override fun close() {
        scope.cancel()
    }
}

private class SendsTheSameAgain(
    setup: CallerSetup,
) : CallerByHand(setup) {
    private val first = HashMap<CallerRequest, ResourceAuthorization?>()

    override suspend fun authorize(
        request: CallerRequest,
        after: ResourceAuthorization?,
    ): ResourceAuthorization? = first[request] ?: super.authorize(request, after).also { first[request] = it }
}

private class TrustsEverybody(
    setup: CallerSetup,
) : CallerByHand(setup) {
    override suspend fun authorize(
        request: CallerRequest,
        after: ResourceAuthorization?,
    ): ResourceAuthorization? = access.authorize(request.method, "http://api.example.com/orders", after = after)
}

private class ReadsAll(
    setup: CallerSetup,
) : CallerByHand(setup) {
    override fun bodyOf(answer: HttpResponse<InputStream>): InputStream = answer.body().readAllBytes().inputStream()
}
