package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.Parameters

/**
 * What an authorization request of [client] must go through before the browser may be sent with it: the server says so
 * of all clients ([RFC 9126 §5](https://www.rfc-editor.org/rfc/rfc9126#section-5), [RFC 9101
 * §10.5](https://www.rfc-editor.org/rfc/rfc9101#section-10.5)), the registration of this one (RFC 9126 §6), or the
 * security profile of its own requests.
 */
internal class RequiredSteps(
    client: OpenIdClient,
) {
    private val profile = client.configuration.profile

    private val signing =
        requirer(
            profile?.requiresSignedRequest,
            client.server.requireSignedRequestObject,
            client.metadata.requireSignedRequestObject,
        )?.let { "$it requires a signed request object" }

    private val pushing =
        requirer(
            profile?.requiresPushedRequest,
            client.server.requirePushedAuthorizationRequests,
            client.metadata.requirePushedAuthorizationRequests,
        )?.let { "$it requires a pushed authorization request" }

    /** Who requires a step, or null where nobody does. */
    private fun requirer(
        byProfile: Boolean?,
        byServer: Boolean?,
        byClient: Boolean,
    ): String? =
        when {
            byProfile == true -> profile?.title
            byServer == true -> "the server's metadata"
            byClient -> "the client metadata"
            else -> null
        }

    /** What a request lacks, with the way to it; null where it may go. */
    fun missing(
        isSigned: Boolean,
        isPushed: Boolean,
    ): String? =
        when {
            // a pushed request cannot be signed any more
            signing != null && !isSigned && isPushed ->
                "$signing: begin with the request that was pushed, and send the browser to " +
                    "client.push(client.sign(request, key)).url"
            signing != null && !isSigned && pushing != null ->
                "$signing, and it must be pushed: send the browser to client.push(client.sign(request, key)).url"
            signing != null && !isSigned -> "$signing: send the browser to client.sign(request, key).url"
            pushing != null && !isPushed -> "$pushing: send the browser to client.push(request).url"
            else -> null
        }

    /** The same for [parameters] that the caller has put together. */
    fun missing(parameters: Parameters): String? {
        val hasReference = !parameters["request_uri"].isNullOrEmpty()
        val hasObject = !parameters["request"].isNullOrEmpty()
        return when {
            // what stands behind a request_uri is between the caller and the server
            hasReference -> null
            pushing != null ->
                "$pushing: give its \"request_uri\" among the parameters, or use " +
                    "client.push(client.authorizationRequest { … }).url"
            signing != null && !hasObject ->
                "$signing: give it as \"request\" among the parameters, or use " +
                    "client.sign(client.authorizationRequest { … }, key).url"
            else -> null
        }
    }
}
