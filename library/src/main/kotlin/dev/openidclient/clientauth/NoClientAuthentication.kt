package dev.openidclient.clientauth

/**
 * `none`: a public client only names itself, by `client_id` in the body
 * ([RFC 6749 §3.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.2.1)).
 *
 * The page `docs/cli-and-desktop.md` shows a program without a secret.
 */
public object NoClientAuthentication : ClientAuthentication {
    override suspend fun authenticate(request: ClientAuthenticationRequest) {
        request.parameter("client_id", request.client.clientId)
    }

    override fun toString(): String = "NoClientAuthentication"
}
