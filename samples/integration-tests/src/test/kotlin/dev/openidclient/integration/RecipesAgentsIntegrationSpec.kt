package dev.openidclient.integration

import dev.openidclient.async.AsyncMcpAccess
import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.client.Connection
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.resourceserver.ResourceRequest
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.samples.recipes.McpCalls
import dev.openidclient.samples.recipes.callMcp
import dev.openidclient.samples.recipes.mcpAccess
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

private const val MCP = "https://mcp.example.com/mcp"

/** The recipe of agents, with an MCP server that says hello to whoever has a token for it. */
class RecipesAgentsIntegrationSpec :
    StringSpec({
        val server = TestAuthorizationServer { jwtAccessTokens() }
        val tokens = Connection.open { transport = server }
        val mcp =
            ResourceServer(MCP) {
                issuer(server.issuer)
                scopesSupported("mcp")
                connection = tokens
            }
        val person =
            AuthorizationHandler { begin ->
                AuthorizationCallback.url(server.signIn(begin("http://127.0.0.1:1/callback").url, "alice"))
            }
        afterSpec {
            mcp.close()
            tokens.close()
        }

        "McpCalls" {
            Connection.open { transport = HttpTransport { answerOf(mcp, it) ?: server.send(it) } }.use { connection ->
                mcpAccess(MCP, person, connection).use { callMcp(it, "{}").bodyText() shouldBe "hello alice" }
                McpCalls.mcpAccess(MCP, person, connection).use { access: AsyncMcpAccess ->
                    McpCalls.callMcp(access, "{}").join().bodyText() shouldBe "hello alice"
                }
            }
        }
    })

/** What the MCP server answers; null: the request is for another server. */
private suspend fun answerOf(
    mcp: ResourceServer,
    request: HttpRequest,
): HttpResponse? {
    if (!request.url.startsWith("https://mcp.example.com")) return null
    if (request.url.endsWith(mcp.metadataPath)) {
        return answer("application/json", mcp.metadata.toString())
    }
    return try {
        val access = mcp.authorize(ResourceRequest(request.method, request.url, request.headers)).requireScopes("mcp")
        answer("text/plain", "hello ${access.subject}")
    } catch (e: RequestRefusedException) {
        HttpResponse(e.status, HttpHeaders.received(e.headers))
    }
}

private fun answer(
    contentType: String,
    text: String,
) = HttpResponse(200, HttpHeaders.of("content-type" to contentType), text.encodeToByteArray())
