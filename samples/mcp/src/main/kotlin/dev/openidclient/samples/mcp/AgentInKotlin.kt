package dev.openidclient.samples.mcp

import dev.openidclient.agent.McpAccess
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.client.InsecureRequests
import dev.openidclient.ktor.OAuth
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.sse.SSE
import io.modelcontextprotocol.kotlin.sdk.client.Client
import io.modelcontextprotocol.kotlin.sdk.client.StreamableHttpClientTransport
import io.modelcontextprotocol.kotlin.sdk.types.CallToolResult
import io.modelcontextprotocol.kotlin.sdk.types.Implementation
import io.modelcontextprotocol.kotlin.sdk.types.TextContent

/** Adds [note] at the MCP server at [url] with the MCP SDK for Kotlin, and returns what it says to that, and all notes. */
@OptIn(InsecureRequests::class)
suspend fun addNoteInKotlin(
    url: String,
    person: AuthorizationHandler,
    note: String,
): List<String> {
    // region kotlin-sdk
    val mcp =
        McpAccess(url) {
            register { clientName("Notes in Kotlin") }
            authorize = person
            connection { allowInsecureRequests() } // nothing here has a certificate
        }
    val http =
        HttpClient(CIO) {
            install(SSE)
            install(OAuth) { access = mcp }
        }
    // endregion
    http.use {
        val client = Client(Implementation("notes-in-kotlin", "1.0"))
        client.connect(StreamableHttpClientTransport(http, url))
        val added = client.callTool("add_note", mapOf("text" to note)).text()
        val notes = client.callTool("list_notes", emptyMap()).text()
        client.close()
        return listOf(added) + notes.lines()
    }
}

private fun CallToolResult.text(): String = content.filterIsInstance<TextContent>().joinToString("") { it.text }
