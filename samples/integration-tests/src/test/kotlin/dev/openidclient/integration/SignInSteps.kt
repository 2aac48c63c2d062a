@file:JvmName("SignInSteps")

package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.samples.server.Callback
import dev.openidclient.samples.server.HeadlessBrowser
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

/** The callback as the application receives it. */
fun received(callback: Callback): AuthorizationCallback =
    callback.formBody()?.let { AuthorizationCallback.formPost(callback.url(), it) }
        ?: AuthorizationCallback.url(callback.url())

/** `openid email` for the application's callback, and what [configure] adds. */
internal fun OpenIdClient.signInRequest(configure: AuthorizationRequestBuilder.() -> Unit = {}): AuthorizationRequest =
    authorizationRequest {
        redirectUri(Application.CALLBACK)
        scope("openid", "email")
        configure()
    }

/** A whole sign-in: request, browser, callback, tokens. */
internal suspend fun OpenIdClient.signIn(
    browser: HeadlessBrowser,
    configure: AuthorizationRequestBuilder.() -> Unit = {},
): TokenResponse = signIn(browser, signInRequest(configure))

/** The rest of a sign-in, from the browser on. */
internal suspend fun OpenIdClient.signIn(
    browser: HeadlessBrowser,
    request: AuthorizationRequest,
): TokenResponse {
    val stored = request.pending.encode()
    val callback = received(browser.signIn(request.url, Application.CALLBACK))
    return authorizationCodeGrant(callback, PendingAuthorization.decode(stored))
}

/** Who signed in. */
internal val TokenResponse.person: String get() = requireNotNull(claims) { "there is no ID Token" }.subject
