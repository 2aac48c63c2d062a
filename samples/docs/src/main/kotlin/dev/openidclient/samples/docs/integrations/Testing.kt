@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs.integrations

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant

suspend fun testSignIn(): TokenResponse {
    // region sign-in
    val server = TestAuthorizationServer()
    val client = OpenIdClient(server.metadata, "app") { transport = server }
    val request = client.authorizationRequest { redirectUri("https://app.example.com/callback").scope("openid") }
    val callbackUrl = server.signIn(request.url, subject = "alice") // what the browser comes back with
    val tokens = client.authorizationCodeGrant(callbackUrl, request.pending)
    // endregion
    return tokens
}
