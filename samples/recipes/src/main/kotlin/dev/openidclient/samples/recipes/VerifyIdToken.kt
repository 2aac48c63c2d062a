package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.verifyIdToken

/**
 * At a backend: who is the person that signed in at the app? An Android app gets an ID Token for [backend]'s client id
 * (its "server client id") and sends it here. The signature is verified always.
 *
 * [nonce] is the one that this backend made for the app, for one sign-in: without it, a token that was seen elsewhere
 * would be taken again. An access token in its place proves nothing: it is not made for this backend.
 */
suspend fun personOf(
    backend: OpenIdClient,
    idToken: String,
    nonce: String,
): String = backend.verifyIdToken(idToken, nonce).subject
