package dev.openidclient.samples.kotlinweb

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers

/** Requests with the cookie that the test chooses, and no redirect followed. */
object RawRequests {
    private val http: HttpClient = HttpClient.newHttpClient()

    fun get(
        url: String,
        cookie: String? = null,
    ): RawResponse {
        val request = HttpRequest.newBuilder(URI(url))
        cookie?.let { request.header("Cookie", it) }
        return RawResponse(http.send(request.build(), BodyHandlers.ofString()))
    }
}

class RawResponse(
    private val response: HttpResponse<String>,
) {
    val status: Int get() = response.statusCode()
    val location: String get() = response.headers().firstValue("Location").get()

    /** The last `Set-Cookie`. */
    val setCookie: String get() = response.headers().allValues("Set-Cookie").last()

    /** What a browser would send back of it. */
    val cookie: String get() = setCookie.substringBefore(';')
}
