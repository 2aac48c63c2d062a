package dev.openidclient.clientauth

/**
 * `tls_client_auth` and `self_signed_tls_client_auth`: the client certificate of the TLS connection proves who the
 * client is, and the body only names it ([RFC 8705 §2](https://www.rfc-editor.org/rfc/rfc8705#section-2)).
 *
 * The certificate is a setting of the client, `tls { }`, or is configured in the engine of a transport of your own,
 * which `transportPresentsCertificate()` must say; with neither the client is not made. Requests go to the server's
 * endpoints for mutual TLS where it has them, unless the client metadata says `useMtlsEndpointAliases(false)`.
 *
 * The page `docs/engines.md` shows how the certificate is set.
 */
public object TlsClientAuth : ClientAuthentication {
    override suspend fun authenticate(request: ClientAuthenticationRequest) {
        request.parameter("client_id", request.client.clientId)
    }

    override fun toString(): String = "TlsClientAuth"
}
