package dev.openidclient.authorization

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.ask
import dev.openidclient.client.endpoint
import dev.openidclient.client.sending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters
import dev.openidclient.http.jsonObject
import dev.openidclient.json.MemberReader

private const val REQUEST_URI = "request_uri"

/**
 * Pushes [request] to the server and refers to it by `request_uri` ([RFC 9126
 * §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)): the URL of the result has that and `client_id`. Send the
 * browser within [AuthorizationRequest.requestUriLifetime]; the URL works once.
 *
 * Throws [MetadataException] where the server has no such endpoint; another [OAuthException] where it refuses the
 * request or cannot be reached; [IllegalArgumentException] where the request is pushed already, or another client's.
 *
 * The page `docs/fapi.md` shows it with the profiles that demand it.
 */
public suspend fun OpenIdClient.push(request: AuthorizationRequest): AuthorizationRequest {
    requireOwn(request)
    require(REQUEST_URI !in request.parameters) { "the request is pushed already: send the browser to its url" }
    // RFC 9126 §3: beside a request object there is nothing but the client's authentication
    val pushed = (if (request.isSigned) request.requestObjectOnly() else request).parameters
    return sending {
        val endpoint = endpoint("pushed_authorization_request_endpoint")
        ask(EndpointCall.form(Purpose.PAR, endpoint, pushed, due = REQUEST_URI, dpop = dpop)).read { secrets ->
            val read = MemberReader(jsonObject(secrets)) { invalid("pushed authorization response: $it") }
            val requestUri = read.requiredString(REQUEST_URI)
            val lifetime = read.requiredLifetime("expires_in")
            val parameters = Parameters.of(REQUEST_URI to requestUri, "client_id" to clientId)
            requestWith(parameters, request.pending, request.isSigned, lifetime)
        }
    }
}

private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)
