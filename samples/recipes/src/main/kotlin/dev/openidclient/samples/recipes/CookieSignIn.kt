package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.signin.BegunSignIn
import dev.openidclient.signin.CompletedSignIn
import dev.openidclient.signin.SignIn
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore

/** One for the program, beside the client: all instances have the same store and the same keys. */
fun cookieSignIn(
    client: OpenIdClient,
    store: TokenStore,
    cipher: TokenCipher,
): SignIn =
    SignIn(client) {
        redirectUri = "https://rp.example.com/callback" // exactly as it is registered
        store(store, cipher)
    }

/** `GET /login`: set each of `cookies` with its `headerValue()`, then redirect the browser to `url`. */
suspend fun beginCookieSignIn(
    signIn: SignIn,
    cookieHeader: String?,
    returnTo: String?,
): BegunSignIn = signIn.begin(cookieHeader, returnTo) { scope("openid", "email") }

/** `GET /callback`, at any instance: once. Set `cookies` again, keep `tokens`, and redirect the browser to `returnTo`. */
suspend fun finishCookieSignIn(
    signIn: SignIn,
    callbackUrl: String,
    cookieHeader: String?,
): CompletedSignIn = signIn.complete(callbackUrl, cookieHeader)
