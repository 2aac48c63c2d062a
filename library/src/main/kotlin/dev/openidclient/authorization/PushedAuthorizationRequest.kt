package dev.openidclient.authorization

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.endpoint
import dev.openidclient.client.perform
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters
import dev.openidclient.http.jsonObject
import dev.openidclient.json.MemberReader

private const val CREATED = 201

/**
 * Pushes [request] to the server and refers to it by `request_uri` ([RFC 9126
 * §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)): the URL of the result has that and `client_id`. Send the
 * browser within [AuthorizationRequest.requestUriLifetime]; the URL works once.
 *
 * Throws [MetadataException] where the server has no such endpoint; another [OAuthException] where it refuses the
 * request or cannot be reached; [IllegalArgumentException] where the request is pushed already, or another client's.
 */
public suspend fun OpenIdClient.push(request: AuthorizationRequest): AuthorizationRequest {
    requireOwn(request)
    require("request_uri" !in request.parameters) { "the request is pushed already" }
    val endpoint = endpoint("pushed_authorization_request_endpoint")
    val body = perform(EndpointCall.form(endpoint, request.parameters, success = CREATED, dpop = dpop)).jsonObject()
    val read =
        MemberReader(
            body,
        ) { InvalidResponseException(ErrorCode.INVALID_RESPONSE, "pushed authorization response: $it") }
    val requestUri = read.requiredString("request_uri")
    val lifetime = read.requiredLifetime("expires_in")
    val parameters = Parameters.of("request_uri" to requestUri, "client_id" to clientId)
    return requestWith(parameters, request.pending, request.isSigned, lifetime)
}
