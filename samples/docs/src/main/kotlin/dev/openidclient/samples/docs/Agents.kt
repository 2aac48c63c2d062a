@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.agent.McpAccess
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.SigningKey

abstract class AgentsKotlin(
    private val browser: AuthorizationHandler,
) {
    fun mcp(): McpAccess {
        // region mcp
        val mcp =
            McpAccess("https://mcp.example.com/mcp") {
                metadataDocument("https://app.example.com/oauth/client.json") // where the server takes such documents
                register { clientName("My agent") } // where it does not
                authorize = browser // as LoopbackRedirect.authorization { url -> openBrowser(url) }
            }
        // endregion
        return mcp
    }

    // region send
    suspend fun call(
        mcp: McpAccess,
        message: String,
    ): HttpResponse =
        mcp.send {
            method = "POST"
            body = HttpBody.json(message)
            header("accept", "application/json, text/event-stream")
        }
    // endregion

    fun given(key: SigningKey): McpAccess =
        // region registered
        McpAccess("https://mcp.example.com/mcp") {
            registered("https://as.example.com", "my-agent") { authentication = PrivateKeyJwt(key) }
            clientCredentials()
        }
    // endregion

    /** Of one person's browser session. */
    interface Session {
        var pending: String?
    }

    // region web
    suspend fun answer(
        mcp: McpAccess,
        session: Session,
        message: String,
    ): String =
        try {
            call(mcp, message).bodyText()
        } catch (e: AuthorizationRequiredException) {
            session.pending = e.pending // in this person's session, nowhere else
            "redirect:${e.url}"
        }

    suspend fun callback(
        mcp: McpAccess,
        session: Session,
        callbackUrl: String,
    ) {
        val pending = session.pending ?: return
        session.pending = null // once
        mcp.complete(callbackUrl, pending)
    }
    // endregion
}
