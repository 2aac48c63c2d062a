package dev.openidclient.clientauth

/** Whom the assertion of [PrivateKeyJwt] is for (its `aud`). */
public enum class Audience {
    /** The issuer of the server, as one string ([RFC 10070 §3](https://www.rfc-editor.org/rfc/rfc10070#section-3)). */
    ISSUER,

    /**
     * The exact URL that the request goes to: for a server that knows no other audience. **A token endpoint's URL may be
     * another server's**, who could then authenticate as this client: only for a server whose metadata you wrote down
     * yourself, and with a key that no other server knows. Every security profile refuses it.
     */
    ENDPOINT,
    ;

    internal fun of(request: ClientAuthenticationRequest): String =
        when (this) {
            ISSUER -> request.server.issuer
            ENDPOINT -> request.endpoint
        }
}
