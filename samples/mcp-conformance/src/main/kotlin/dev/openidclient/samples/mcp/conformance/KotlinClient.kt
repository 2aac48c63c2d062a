@file:OptIn(DraftSpecification::class, InsecureRequests::class)

package dev.openidclient.samples.mcp.conformance

import dev.openidclient.agent.InteractiveTokensSettings
import dev.openidclient.agent.McpAccess
import dev.openidclient.agent.identityAssertion
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpBody
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.resource.ProtectedResource
import dev.openidclient.token.TokenType
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.net.HttpURLConnection
import java.net.URI

suspend fun main(arguments: Array<String>) = KotlinClient(System.getenv(), arguments.last()).run()

private const val IO = "io.modelcontextprotocol"

class KotlinClient(
    environment: Map<String, String>,
    private val url: String,
) {
    private val scenario = environment.getValue("MCP_CONFORMANCE_SCENARIO").removePrefix("auth/")
    private val version = environment.getValue("MCP_CONFORMANCE_PROTOCOL_VERSION")
    private val given = Json.parseToJsonElement(environment["MCP_CONFORMANCE_CONTEXT"] ?: "{}").jsonObject
    private val meta = """"$IO/protocolVersion":"$version","$IO/clientCapabilities":{}"""

    suspend fun run() =
        access(if ("client_id" in given) issuer() else null).use { mcp ->
            for (call in listOf("tools/list", "tools/call", "tools/list")) {
                val answer =
                    mcp.send {
                        method = "POST"
                        header("accept", "application/json, text/event-stream").header("mcp-protocol-version", version)
                        val params = """{"name":"test-tool","arguments":{},"_meta":{$meta}}"""
                        body = HttpBody.json("""{"jsonrpc":"2.0","id":1,"method":"$call","params":$params}""")
                    }
                check(answer.status == 200) { "$call: ${answer.status} ${answer.bodyText()}" }
            }
        }

    private suspend fun issuer() =
        // of the client that is given: the suite does not say it
        ProtectedResource.discover(url) { connection { allowInsecureRequests() } }.authorizationServer().issuer

    private fun access(issuer: String?) =
        McpAccess(url) {
            connection { allowInsecureRequests() }
            if (scenario.startsWith("dpop")) dpop = Dpop(SigningKey.generate())
            if (scenario.startsWith("2025-03-26")) legacyEndpoints()
            if (issuer != null) {
                registered(issuer, text("client_id")) {
                    if ("client_secret" in given) authentication = ClientSecretBasic(text("client_secret"))
                    if ("private_key_pem" in given) authentication = PrivateKeyJwt(key())
                }
            }
            when {
                scenario.startsWith("client-credentials") -> clientCredentials()
                "valid_jwt" in given -> jwtBearer { text("valid_jwt") }
                "idp_issuer" in given -> jwtBearer { server -> assertionFor(server.issuer) }
                else -> person()
            }
        }

    /** The suite sends their browser back at once. */
    private fun InteractiveTokensSettings.person() {
        metadataDocument("https://conformance-test.local/client-metadata.json").register { clientName("Kotlin") }
        redirectUri = "http://127.0.0.1:1/callback"
        authorize { request ->
            val browser = URI(request.url).toURL().openConnection() as HttpURLConnection
            browser.apply { instanceFollowRedirects = false }.getHeaderField("location")
        }
    }

    private suspend fun assertionFor(issuer: String) =
        OpenIdClient
            .discover(text("idp_issuer"), text("idp_client_id")) { allowInsecureRequests() }
            .identityAssertion(text("idp_id_token"), TokenType.ID_TOKEN, issuer) { resource(url) }
            .assertion

    private fun key() = SigningKey.fromPem(text("private_key_pem"))

    private fun text(name: String) = given.getValue(name).jsonPrimitive.content
}
