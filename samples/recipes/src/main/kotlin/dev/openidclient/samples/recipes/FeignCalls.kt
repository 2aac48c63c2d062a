package dev.openidclient.samples.recipes

import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.Verdict
import feign.Client
import feign.Request
import feign.Response
import kotlinx.coroutines.runBlocking
import java.io.InterruptedIOException

/**
 * For `Feign.builder().client(…)`: each send has a token and a DPoP proof of its own, also an attempt of Feign's
 * `Retryer`. A `RequestInterceptor` could not do it, for it sees no answer. A redirect is an answer: [http] would take
 * the token along to whatever host it names.
 */
fun feignClient(
    access: ResourceAccess,
    http: Client,
): Client =
    Client { request, options ->
        val alone = options.withoutRedirects()
        val isAuthorized = request.headers().keys.any { it.equals("authorization", ignoreCase = true) }
        try {
            if (isAuthorized) http.execute(request, alone) else runBlocking { access.send(http, request, alone) }
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
            throw InterruptedIOException("interrupted while a token was awaited")
        }
    }

private fun Request.Options.withoutRedirects() =
    Request.Options(connectTimeout(), connectTimeoutUnit(), readTimeout(), readTimeoutUnit(), false)

private suspend fun ResourceAccess.send(
    http: Client,
    request: Request,
    options: Request.Options,
): Response {
    val (method, url) = request.httpMethod() to request.url()
    var refused: ResourceAuthorization? = null
    while (true) {
        val authorization = authorize(method.name, url, after = refused) ?: return http.execute(request, options)
        val headers = request.headers() + authorization.headers.toMap()
        // bodies are in memory, so they can be sent again
        val sent = Request.create(method, url, headers, request.body(), request.charset(), request.requestTemplate())
        val answer = http.execute(sent, options)
        val received = HttpHeaders.received(answer.headers().mapValues { it.value.toList() })
        val verdict = judge(authorization, answer.status(), received)
        // what Feign tells about an answer shows its request: that of the caller, without the token
        if (verdict == Verdict.DELIVER) return answer.toBuilder().request(request).build()
        answer.close()
        refused = authorization
    }
}
