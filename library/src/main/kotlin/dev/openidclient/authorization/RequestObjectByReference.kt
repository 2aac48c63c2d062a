package dev.openidclient.authorization

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MASK
import dev.openidclient.error.MetadataException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.Parameters
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.shownUrl
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray

// RFC 9101 §5.2
private const val LONGEST_URI = 512

/**
 * A request object that this program serves, and the server fetches ([OpenID Connect Core
 * §6.2](https://openid.net/specs/openid-connect-core-1_0.html#RequestUriParameter), [RFC 9101
 * §5.2](https://www.rfc-editor.org/rfc/rfc9101#section-5.2)): serve [content] as [CONTENT_TYPE] at [uri] before the
 * browser goes to [url]. `toString` does not show the request.
 */
public class RequestObjectByReference internal constructor(
    private val request: AuthorizationRequest,
    /** Where the server fetches [content]: the `request_uri`. Its fragment, the hash of [content], never reaches you. */
    public val uri: String,
    /** The request object, a JWT. */
    public val content: String,
) {
    /** Where to send the browser. Throws [IllegalStateException] where [AuthorizationRequest.url] does. */
    public val url: String get() = request.url

    /** To store until the callback comes. */
    public val pending: PendingAuthorization get() = request.pending

    override fun toString(): String = "RequestObjectByReference(${shownUrl(uri)}, $MASK)"

    public companion object {
        /** The content type to serve it with. */
        public const val CONTENT_TYPE: String = "application/oauth-authz-req+jwt"
    }
}

/**
 * The signed [request] (`client.sign(request, key)`) by reference: its URL has `client_id` and `request_uri`, and with
 * `openid` also `response_type` and `scope`. [uri] is where you serve it, one for each request; the hash of the content
 * is its fragment, unless the client metadata has it among its `request_uris` without one. The request object lives 60
 * seconds.
 *
 * Sends nothing. Throws [MetadataException] where the server says that it takes none, or [uri] is not `https`;
 * [IllegalArgumentException] where [request] is not signed, is pushed already or another client's, or where [uri] is no
 * absolute URL, has a fragment, or has more than 512 characters with that of the hash.
 *
 * The page `docs/special-requests.md` shows it.
 */
public fun OpenIdClient.byReference(
    request: AuthorizationRequest,
    uri: String,
): RequestObjectByReference {
    requireOwn(request)
    val content =
        requireNotNull(request.parameters["request"]) {
            "the request has no request object to serve: client.sign(request, key) makes one, and it is not pushed"
        }
    if (server.requestUriParameterSupported == false) {
        throw MetadataException(
            ErrorCode.MISSING_SERVER_METADATA,
            "server metadata \"request_uri_parameter_supported\" of ${printable(server.issuer)} is false: " +
                "send the request object itself, or push it",
        )
    }
    val requestUri = referenceTo(content, uri)
    val parameters = Parameters.of("client_id" to clientId, "request_uri" to requestUri) + ofOpenId(request)
    return RequestObjectByReference(requestWith(parameters, request.pending, isSigned = true), requestUri, content)
}

private fun OpenIdClient.referenceTo(
    content: String,
    uri: String,
): String {
    val url =
        requireNotNull(
            AbsoluteUrl.parse(uri),
        ) { "the URI of a request object must be an absolute URL, but is \"${shownUrl(uri)}\"" }
    require(url.fragment == null) { "the URI of a request object must have no fragment: its hash is added here" }
    requireAllowedScheme(url, connection.traits.insecureRequestsAllowed)
    val isRegistered = (metadata["request_uris"] as? JsonArray).orEmpty().any { text(it) == uri }
    val whole =
        if (isRegistered) {
            uri
        } else {
            "$uri#${Base64Url.encode(
                Jca.digest("SHA-256").digest(content.encodeToByteArray()),
            )}"
        }
    require(whole.length <= LONGEST_URI) {
        "the URI of a request object may have $LONGEST_URI characters, with its hash, but has ${whole.length}"
    }
    return whole
}

/** What OpenID Connect wants outside the request object too (Core §6.2). */
private fun ofOpenId(request: AuthorizationRequest): Parameters {
    val scope = request.parameters["scope"] ?: return Parameters.EMPTY
    val responseType = request.parameters["response_type"] ?: return Parameters.of("scope" to scope)
    return Parameters.of("response_type" to responseType, "scope" to scope)
}
