package dev.openidclient.samples.recipes

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.contract.LocalServer
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import kotlinx.coroutines.awaitCancellation
import java.util.concurrent.CompletableFuture

/** An API that refuses the token of the first [times] requests, and a client of it. */
internal class Refusing(
    private val times: Int,
    given: LocalServer? = null,
) : AutoCloseable {
    val server: LocalServer = given ?: LocalServer { answer() }

    val origin = "http://127.0.0.1:${server.port}"

    val authorizationServer = TestAuthorizationServer { client("app", "secret-of-the-app") }

    val client =
        OpenIdClient(authorizationServer.metadata, "app") {
            clientSecret("secret-of-the-app")
            transport = authorizationServer
        }

    private val service = ClientCredentialsTokens(client) {}

    val tokens: TokenSource = service.source { scope("orders") }

    @OptIn(InsecureRequests::class) // the server is in this process
    fun access(tokens: TokenSource = this.tokens): ResourceAccess =
        ResourceAccess(client, tokens) { allowInsecure(origin) }

    private fun LocalServer.Connection.answer() {
        if (server.requests.size <= times) {
            respond("401 Unauthorized", "refused", "WWW-Authenticate: Bearer error=\"invalid_token\"")
        } else {
            respond("200 OK", "orders")
        }
    }

    override fun close() {
        server.close()
        service.close()
    }
}

/** Tokens that never come. */
internal class WaitingTokens : TokenSource {
    val isAsked = CompletableFuture<Unit>()

    override suspend fun token(): TokenResponse {
        isAsked.complete(Unit)
        awaitCancellation()
    }

    override fun invalidate(tokens: TokenResponse) = Unit

    override fun state(): TokenState = TokenState.Unused
}
