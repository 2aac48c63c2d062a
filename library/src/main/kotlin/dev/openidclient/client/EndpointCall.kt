package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthenticationRequest
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters
import dev.openidclient.http.Secrets
import dev.openidclient.http.requireStatus

private const val OK = 200

/**
 * One call of an endpoint. [OpenIdClient.perform] is the pipeline that all of them go through: authenticate the client, send, and
 * let [check] judge status and challenge.
 */
internal class EndpointCall private constructor(
    val method: String,
    val url: AbsoluteUrl,
    val headers: HttpHeaders,
    /** The form of an authenticated request, else null. */
    val form: Parameters?,
    val check: HttpResponse.(Secrets) -> Unit,
) {
    companion object {
        /** A form post with client authentication, answered by [success] exactly. */
        fun form(
            url: AbsoluteUrl,
            parameters: Parameters,
            headers: HttpHeaders = HttpHeaders.of("accept" to MediaType.JSON),
            success: Int = OK,
        ): EndpointCall = EndpointCall("POST", url, headers, parameters) { secrets -> requireStatus(success, secrets) }

        /** A request that an access token authorizes ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)). */
        fun authorized(
            method: String,
            url: AbsoluteUrl,
            accessToken: String,
            headers: HttpHeaders,
            check: HttpResponse.(Secrets) -> Unit,
        ): EndpointCall = EndpointCall(method, url, headers.with("authorization", "Bearer $accessToken"), null, check)
    }
}

/** Performs [call] once and returns the answer that its check lets pass. */
internal suspend fun OpenIdClient.perform(call: EndpointCall): HttpResponse {
    val request = prepare(call)
    val response = configuration.send(request)
    call.check(response, Secrets.of(request))
    return response
}

/** Everything that is made anew for each attempt: the client's authentication. */
private suspend fun OpenIdClient.prepare(call: EndpointCall): HttpRequest {
    val url = call.url.toString().substringBefore('#')
    val form = call.form ?: return HttpRequest(call.method, url, call.headers)
    val authenticated = ClientAuthenticationRequest(server, metadata, url, time.instant, form)
    configuration.authentication.authenticate(authenticated)
    val headers = authenticated.headers.entries.fold(call.headers) { all, (name, value) -> all.with(name, value) }
    return HttpRequest(call.method, url, headers.without("content-type"), HttpBody.form(authenticated.parameters))
}
