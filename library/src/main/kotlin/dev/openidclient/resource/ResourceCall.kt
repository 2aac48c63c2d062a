package dev.openidclient.resource

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.perform
import dev.openidclient.client.sending
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.MetadataException
import dev.openidclient.error.TransportException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.requireAcceptedToken
import dev.openidclient.http.requireAllowedScheme
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.proverOf

/**
 * Calls a protected resource with the access token of [tokens]: as DPoP where the token is bound to a key, else as
 * Bearer ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1), [RFC 9449
 * §7](https://www.rfc-editor.org/rfc/rfc9449#section-7)).
 *
 * Returns the answer, whatever its status, with its whole body; redirects are not followed. Throws
 * [WwwAuthenticateChallengeException] where the status is 401, or the answer has a challenge, whatever its status;
 * [TransportException] where there is no answer; [MetadataException] where [url] is not `https`;
 * [IllegalArgumentException] where it is no absolute URL, where the token is bound to a key and this client has none,
 * or where [tokens] are another client's, of another issuer, or have no access token (`token_type=N_A`).
 *
 * The page `docs/calling-apis.md` shows calls with bearer tokens, DPoP and client certificates.
 */
public suspend fun OpenIdClient.resource(
    url: String,
    tokens: TokenResponse,
    configure: ResourceRequestBuilder.() -> Unit = {},
): HttpResponse = call(url, tokens.accessToken, configure) { proverOf(tokens, isProven = "dpop" in it.headers) }

/** The same with an access token alone: as DPoP where the client has a DPoP key, else as Bearer. */
public suspend fun OpenIdClient.resource(
    url: String,
    accessToken: String,
    configure: ResourceRequestBuilder.() -> Unit = {},
): HttpResponse = call(url, accessToken, configure) { dpop }

private suspend fun OpenIdClient.call(
    url: String,
    accessToken: String,
    configure: ResourceRequestBuilder.() -> Unit,
    proverOf: (ResourceRequestBuilder) -> Dpop?,
): HttpResponse {
    require(accessToken.isNotEmpty()) { "the access token must not be empty" }
    val target =
        requireNotNull(AbsoluteUrl.parse(url)) {
            "the resource must be an absolute URL, but is \"${shownUrl(url)}\"${AbsoluteUrl.hostAdvice(url)}"
        }
    sending { requireAllowedScheme(target, connection.traits.insecureRequestsAllowed) }
    val request = ResourceRequestBuilder().apply(configure)
    val prover = proverOf(request)
    return perform(
        EndpointCall.authorized(
            Purpose.RESOURCE,
            request.method,
            target,
            request.headers,
            EndpointCall.Content.OfToken(accessToken, request.body),
            prover,
        ) { secrets -> requireAcceptedToken(secrets) },
    )
}

/** The request to a protected resource. */
@OpenIdClientDsl
public class ResourceRequestBuilder internal constructor() {
    /** The HTTP method, sent as it is given. Default `GET`. */
    @set:JvmSynthetic // Java has the function
    public var method: String = "GET"

    /** Sets [method] and returns these settings: for Java. */
    public fun method(method: String): ResourceRequestBuilder = apply { this.method = method }

    /** Sent again where the server wants a DPoP nonce, so it is bytes and no stream. */
    @set:JvmSynthetic // Java has the function
    public var body: HttpBody? = null

    /** Sets [body] and returns these settings: for Java. */
    public fun body(body: HttpBody?): ResourceRequestBuilder = apply { this.body = body }

    internal var headers: HttpHeaders = HttpHeaders.EMPTY
        private set

    /** Sets the header [name]; `authorization` and `content-type` are refused with [IllegalArgumentException]. */
    public fun header(
        name: String,
        value: String,
    ): ResourceRequestBuilder {
        require(!name.equals("authorization", ignoreCase = true)) { "the header authorization is the access token's" }
        require(!name.equals("content-type", ignoreCase = true)) {
            "the content type is the body's: HttpBody.text(contentType, …)"
        }
        headers = headers.with(name, value)
        return this
    }

    override fun toString(): String = "ResourceRequestBuilder($method, $headers, $body)"
}
