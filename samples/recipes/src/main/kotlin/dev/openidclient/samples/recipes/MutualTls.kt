package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.TlsClientAuth
import java.security.KeyStore

/**
 * The certificate of the TLS connection authenticates the client, and a server that is set to do so binds the tokens to
 * it (RFC 8705 §3): the API checks that, the client cannot see it. [keyStore] has one key entry, whose certificate is
 * registered (`tls_client_auth` or `self_signed_tls_client_auth`). Requests go to the server's endpoints for mutual TLS
 * where it has them (RFC 8705 §5).
 */
suspend fun clientWithCertificate(
    issuer: String,
    clientId: String,
    keyStore: KeyStore,
    password: CharArray,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = TlsClientAuth
        tls { keyStore(keyStore, password) } // or pem(text); trustPem(text) for a server of a private authority
    }
