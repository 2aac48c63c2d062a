package dev.openidclient.ktor

import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.Verdict
import io.ktor.client.call.HttpClientCall
import io.ktor.client.request.HttpRequest
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.setBody
import io.ktor.http.Headers
import io.ktor.http.HeadersBuilder
import io.ktor.http.takeFrom
import io.ktor.util.AttributeKey

/** What was put on the send; copied with the request, as plugins do for an attempt or a hop. */
private val SENT = AttributeKey<ResourceAuthorization>("dev.openidclient.sent")

private val AGAIN = AttributeKey<Again>("dev.openidclient.again")

/** Somebody else authorized the request at one of its hops. */
private val FOREIGN = AttributeKey<Unit>("dev.openidclient.foreign")

/** The request whose answer was judged [Verdict.SEND_AGAIN]; plugins may make others of it on the way. */
private class Again(
    private val method: String,
    private val url: String,
    val after: ResourceAuthorization,
) {
    fun isOf(
        method: String,
        url: String,
    ): Boolean = method == this.method && url == this.url
}

/** The requests of one client, with the tokens of [access]. */
internal class AuthorizedRequests(
    private val access: ResourceAccess,
) {
    /** Before each send on the wire, inside all other plugins. */
    suspend fun authorize(request: HttpRequestBuilder) {
        val attributes = request.attributes
        attributes.getOrNull(SENT)?.let { earlier ->
            attributes.remove(SENT)
            for (name in earlier.headers.names) request.headers.removeValues(name, earlier.headers)
        }
        if (attributes.isWithoutTokens) return
        if (request.headers[AUTHORIZATION] != null) attributes.put(FOREIGN, Unit)
        if (FOREIGN in attributes) return
        val authorization = authorization(request) ?: return
        for (name in authorization.headers.names) request.headers[name] = authorization.headers[name].orEmpty()
        attributes.put(SENT, authorization)
    }

    private suspend fun authorization(request: HttpRequestBuilder): ResourceAuthorization? {
        val method = request.method.value
        val url = request.url.buildString()
        val after = request.attributes.getOrNull(AGAIN)?.takeIf { it.isOf(method, url) }?.after
        return access.authorize(method, url, request.attributes.ownSource, after)
    }

    /** Sends [request] with [proceed], and once more where that is the verdict; Ktor cancels the answer before it. */
    suspend fun send(
        request: HttpRequestBuilder,
        proceed: suspend (HttpRequestBuilder) -> HttpClientCall,
    ): HttpClientCall {
        try {
            while (true) {
                val call = proceed(request)
                val answered = call.request
                // not those of the builder: an attempt or a hop is a copy of it
                val authorization = answered.attributes.getOrNull(SENT) ?: return call
                if (verdict(authorization, call) == Verdict.DELIVER) return call
                request.becomes(answered, authorization)
            }
        } finally {
            // what is made of this builder later, as the next hop, is another request
            request.attributes.remove(AGAIN)
        }
    }

    private suspend fun verdict(
        authorization: ResourceAuthorization,
        call: HttpClientCall,
    ): Verdict =
        access.judge(
            authorization,
            call.response.status.value,
            judged(call.response.headers),
            isRepeatable(call.request.content, call.request.attributes),
        )

    /** What was answered may be a later hop: to begin anew could send a form twice. */
    private fun HttpRequestBuilder.becomes(
        answered: HttpRequest,
        authorization: ResourceAuthorization,
    ) {
        val method = answered.method.value
        val url = answered.url.toString()
        attributes.put(AGAIN, Again(method, url, authorization))
        if (this.method.value == method && this.url.buildString() == url) return
        this.method = answered.method
        this.url.takeFrom(answered.url)
        headers.clear()
        headers.appendAll(answered.headers)
        setBody(answered.content)
        attributes.put(SENT, authorization)
    }

    private companion object {
        const val AUTHORIZATION = "authorization"
        val JUDGED = listOf("www-authenticate", "dpop-nonce")

        fun judged(headers: Headers): HttpHeaders {
            val fields = JUDGED.mapNotNull { name -> headers.getAll(name)?.let { name to it } }
            return if (fields.isEmpty()) HttpHeaders.EMPTY else HttpHeaders.received(fields.toMap())
        }

        /** What somebody else added stays. */
        fun HeadersBuilder.removeValues(
            name: String,
            own: HttpHeaders,
        ) {
            for (value in own.all(name)) remove(name, value)
            if (get(name) == null) remove(name)
        }
    }
}
