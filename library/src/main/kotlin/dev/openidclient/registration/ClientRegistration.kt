package dev.openidclient.registration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.MASK
import dev.openidclient.http.shownUrl
import dev.openidclient.json.text

internal const val REGISTRATION_CLIENT_URI: String = "registration_client_uri"
internal const val REGISTRATION_ACCESS_TOKEN: String = "registration_access_token"

/**
 * Where the server lets a client read, change and delete its registration ([RFC 7592
 * §3](https://www.rfc-editor.org/rfc/rfc7592#section-3)). `toString` does not show the token.
 */
public class ClientRegistration internal constructor(
    /** `registration_client_uri` */
    public val uri: String,
    /** `registration_access_token`, a secret. */
    public val accessToken: String,
) {
    override fun toString(): String = "ClientRegistration(${shownUrl(uri)}, $MASK)"
}

/**
 * Where this client's registration is; null where the server named no such place, or where the client was made without
 * all that the registration answered.
 */
public val OpenIdClient.registration: ClientRegistration?
    get() {
        val uri = text(metadata.json[REGISTRATION_CLIENT_URI])
        val accessToken = text(metadata.json[REGISTRATION_ACCESS_TOKEN])
        return if (uri.isNullOrEmpty() || accessToken.isNullOrEmpty()) null else ClientRegistration(uri, accessToken)
    }
