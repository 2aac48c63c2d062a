package dev.openidclient.samples.mcp

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.http.Parameters
import dev.openidclient.testserver.TestAuthorizationServer

/** Signs in at the test server without a browser, where a program has `LoopbackRedirect.authorization(browser)`. */
class Person(
    private val server: TestAuthorizationServer,
    private val asked: (scope: String) -> Unit,
) : AuthorizationHandler {
    override suspend fun authorize(begin: suspend (String) -> AuthorizationRequest): AuthorizationCallback {
        val request = begin("http://127.0.0.1:1/callback")
        asked(Parameters.parse(request.url.substringAfter('?'))["scope"].orEmpty())
        return AuthorizationCallback.url(server.signIn(request.url, "alice"))
    }
}
