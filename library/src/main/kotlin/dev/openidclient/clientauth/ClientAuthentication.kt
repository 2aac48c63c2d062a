package dev.openidclient.clientauth

import dev.openidclient.http.Parameters
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import java.time.Instant

/**
 * How the client proves to the authorization server who it is
 * ([RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)).
 *
 * [authenticate] is called once for every request to an endpoint that wants the client authenticated, also for a
 * repeated one. An implementation of your own adds its parameters and headers to the request; it may be called from
 * many coroutines at once, and its `toString` must not show its secret.
 *
 * The page `docs/client-credentials.md` says which one to take.
 */
public fun interface ClientAuthentication {
    public suspend fun authenticate(request: ClientAuthenticationRequest)
}

/**
 * The request that a [ClientAuthentication] adds to. Belongs to one call of it: neither safe to share between threads
 * nor of use afterwards.
 */
public class ClientAuthenticationRequest internal constructor(
    public val server: AuthorizationServerMetadata,
    public val client: ClientMetadata,
    /** The URL that the request goes to. */
    public val endpoint: String,
    /** The current time with the clock skew of the settings: for assertions. */
    public val time: Instant,
    parameters: Parameters,
) {
    /** The form parameters so far. */
    public var parameters: Parameters = parameters
        private set

    private val ownHeaders = LinkedHashMap<String, String>(1)

    internal val headers: Map<String, String> get() = ownHeaders

    /** Sets the form parameter [name], in place of any that the caller gave. */
    public fun parameter(
        name: String,
        value: String,
    ): ClientAuthenticationRequest {
        parameters = parameters.with(name, value)
        return this
    }

    /** Sets the header [name]; the content type stays that of a form whatever is set here. */
    public fun header(
        name: String,
        value: String,
    ): ClientAuthenticationRequest {
        ownHeaders[name] = value
        return this
    }

    override fun toString(): String = "ClientAuthenticationRequest(${shownUrl(endpoint)}, $parameters)"
}
