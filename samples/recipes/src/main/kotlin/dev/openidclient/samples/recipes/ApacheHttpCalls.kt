package dev.openidclient.samples.recipes

import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.Verdict
import kotlinx.coroutines.runBlocking
import org.apache.hc.client5.http.classic.ExecChain
import org.apache.hc.client5.http.impl.ChainElement
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder
import org.apache.hc.core5.http.ClassicHttpRequest
import org.apache.hc.core5.http.ClassicHttpResponse
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder
import java.io.InterruptedIOException

/** Each send has a token and a DPoP proof of its own: also each hop of a redirect, and each attempt of a retry. */
fun apacheClient(
    access: ResourceAccess,
    builder: HttpClientBuilder,
): CloseableHttpClient =
    builder
        // inside all that repeats a request
        .addExecInterceptorAfter(ChainElement.PROTOCOL.name, "tokens") { request, scope, chain ->
            val isAuthorized = request.containsHeader("authorization")
            try {
                if (isAuthorized) chain.proceed(request, scope) else runBlocking { access.send(request, scope, chain) }
            } catch (_: InterruptedException) {
                Thread.currentThread().interrupt()
                throw InterruptedIOException("interrupted while a token was awaited")
            }
        }.build()

private suspend fun ResourceAccess.send(
    request: ClassicHttpRequest,
    scope: ExecChain.Scope,
    chain: ExecChain,
): ClassicHttpResponse {
    val url = scope.route.targetHost.toURI() + request.path // of the host that gets it, whatever `Host` says
    var refused: ResourceAuthorization? = null
    while (true) {
        val authorization = authorize(request.method, url, after = refused) ?: return chain.proceed(request, scope)
        val sent = ClassicRequestBuilder.copy(request).setAbsoluteRequestUri(request.requestUri != request.path)
        for (name in authorization.headers.names) sent.setHeader(name, authorization.headers[name])
        val answer = chain.proceed(sent.build(), scope)
        val received = HttpHeaders.received(answer.headers.groupBy({ it.name }, { it.value }))
        val isRepeatable = request.entity?.isRepeatable ?: true
        if (judge(authorization, answer.code, received, isRepeatable) == Verdict.DELIVER) return answer
        scope.execRuntime.discardEndpoint() // to close the answer would be to read it to its end
        refused = authorization
    }
}
