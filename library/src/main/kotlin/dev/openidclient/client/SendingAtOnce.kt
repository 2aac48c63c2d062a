package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.TlsClientAuth

/**
 * Whether a request of [client] is sent without anything that could block or takes long: no transport, authentication,
 * key or judgement of URLs of the caller's own, no signature, and nothing encrypted in a callback. The Java facade begins such a call on
 * the thread that makes it, and every other on a thread of its own.
 */
internal fun sendsAtOnce(client: OpenIdClient): Boolean =
    with(client.configuration) {
        connection.ownTransport != null && connection.traits.permitUrl == null && client.dpop == null &&
            isOfSecret(authentication) &&
            responseKind == ResponseKind.CODE
    }

private fun isOfSecret(authentication: ClientAuthentication): Boolean =
    when (authentication) {
        is ClientSecretBasic, is ClientSecretPost, is NoClientAuthentication, is TlsClientAuth -> true
        else -> false
    }
