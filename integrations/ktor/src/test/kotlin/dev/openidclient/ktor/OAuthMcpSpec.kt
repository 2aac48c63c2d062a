package dev.openidclient.ktor

import dev.openidclient.agent.McpAccess
import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respond
import io.ktor.client.engine.mock.toByteArray
import io.ktor.client.request.get
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.test.runTest
import java.util.concurrent.CopyOnWriteArrayList

private const val MCP = "https://mcp.example.com/mcp"
private const val DOCUMENT = """{"resource":"$MCP","authorization_servers":["https://as.example.com"]}"""

/** A server of which the program knows the URL alone, called by an HTTP client of the program's own. */
private class McpWorld {
    val server = TestAuthorizationServer()
    val opened = CopyOnWriteArrayList<String>()
    val sent = CopyOnWriteArrayList<Sent>()

    private val servers =
        HttpTransport { request ->
            if ("oauth-protected-resource" !in request.url) return@HttpTransport server.send(request)
            HttpResponse(200, HttpHeaders.of("content-type" to "application/json"), DOCUMENT.encodeToByteArray())
        }

    val mcp =
        McpAccess(MCP) {
            connection { transport = servers }
            register()
            authorize =
                AuthorizationHandler { begin ->
                    val url = begin("http://127.0.0.1:1/callback").url
                    opened += url
                    AuthorizationCallback.url(server.signIn(url))
                }
        }

    val http =
        HttpClient(
            MockEngine { request ->
                val authorization = request.headers["Authorization"]
                val body = request.body.toByteArray().decodeToString()
                sent += Sent(request.method.value, request.url.toString(), authorization, null, body)
                if (authorization == null) {
                    respond("", HttpStatusCode.Unauthorized, headersOf("WWW-Authenticate", "Bearer"))
                } else {
                    respond(body)
                }
            },
        ) { install(OAuth) { access = mcp } }
}

class OAuthMcpSpec :
    FunSpec({
        test("access = mcp is enough: the first request opens the browser, and is sent again with its token") {
            runTest {
                val world = McpWorld()

                world.http.post(MCP) { setBody("hello") }.bodyAsText() shouldBe "hello"

                world.sent.map { it.authorization?.substringBefore(' ') } shouldContainExactly listOf(null, "Bearer")
                world.sent.map { it.body } shouldContainExactly listOf("hello", "hello")
                world.opened shouldHaveSize 1
            }
        }

        test("forty requests at once open one browser") {
            runTest {
                val world = McpWorld()

                val answers = List(40) { async { world.http.get(MCP) } }.awaitAll()

                answers.map { it.status.value }.toSet() shouldBe setOf(200)
                world.opened shouldHaveSize 1
            }
        }

        test("a request to another origin, or another path, has no token") {
            runTest {
                val world = McpWorld()
                world.http.get(MCP)

                world.http.get("https://evil.example.com/mcp").status.value shouldBe 401
                world.http.get("https://mcp.example.com/other").status.value shouldBe 401

                world.sent
                    .last()
                    .authorization
                    .shouldBeNull()
                world.opened shouldHaveSize 1
            }
        }
    })
