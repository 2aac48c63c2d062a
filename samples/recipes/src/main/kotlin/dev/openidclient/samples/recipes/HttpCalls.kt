package dev.openidclient.samples.recipes

import dev.openidclient.client.ClientSource
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.Verdict
import dev.openidclient.tokensource.TokenSource
import kotlinx.coroutines.future.await
import java.io.InputStream
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

/** One for the program: whose tokens go to which hosts, and to no others. */
fun ordersAccess(
    client: ClientSource,
    tokens: TokenSource,
): ResourceAccess = ResourceAccess(client, tokens) { allow("https://api.example.com") }

/** Sends [request] with a token, and once more where that is refused. The body of the answer is the caller's to close. */
suspend fun sendAuthorized(
    access: ResourceAccess,
    http: HttpClient,
    request: HttpRequest,
): HttpResponse<InputStream> {
    // the client itself would take the token along to whatever host a redirect names
    require(http.followRedirects() == HttpClient.Redirect.NEVER) { "the client must not follow redirects" }
    if (request.headers().firstValue("authorization").isPresent) return http.send(request, HttpHeaders.EMPTY)
    val (method, url) = request.method() to request.uri().toString()
    var authorization = access.authorize(method, url)
    while (true) {
        val answer = http.send(request, authorization?.headers ?: HttpHeaders.EMPTY)
        val used = authorization ?: return answer // not of an allowed origin
        val headers = HttpHeaders.received(answer.headers().map())
        if (access.judge(used, answer.statusCode(), headers) == Verdict.DELIVER) return answer
        answer.body().close()
        authorization = access.authorize(method, url, after = used)
    }
}

private suspend fun HttpClient.send(
    request: HttpRequest,
    headers: HttpHeaders,
): HttpResponse<InputStream> {
    val builder = HttpRequest.newBuilder(request) { _, _ -> true }
    for (name in headers.names) builder.setHeader(name, headers[name])
    val sent = sendAsync(builder.build(), HttpResponse.BodyHandlers.ofInputStream())
    try {
        return sent.thenApply { it }.await()
    } finally {
        sent.cancel(true) // where the coroutine was cancelled, the request ends too
    }
}
