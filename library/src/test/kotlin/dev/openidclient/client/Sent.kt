package dev.openidclient.client

import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse

/** Sends [request] as one of the program's own, whatever the answer is. */
internal suspend fun Connection.send(request: HttpRequest): HttpResponse =
    send(request, Purpose.RESOURCE, issuer = null) { it.response }
