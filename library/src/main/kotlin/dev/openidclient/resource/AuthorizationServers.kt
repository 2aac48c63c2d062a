package dev.openidclient.resource

import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionWay
import dev.openidclient.client.MetadataAddress
import dev.openidclient.client.Purpose
import dev.openidclient.client.findMetadata
import dev.openidclient.client.issuerAddress
import dev.openidclient.client.searchMetadata
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The servers whose tokens [resource] takes. */
internal class AuthorizationServers(
    private val resource: ProtectedResource,
    private val way: ConnectionWay,
) {
    /** The metadata of [issuer]; null: of the first server that the resource names. */
    suspend fun find(issuer: String?): AuthorizationServerMetadata {
        val address = issuerAddress(chosen(issuer), way.traits)
        val server = way.through { if (resource.isLegacy) it.legacy(address) else it.named(address) }
        if (resource.rules.isListingRequired && !resource.isListedBy(server)) throw notListed(server)
        return server
    }

    private fun chosen(issuer: String?): String {
        val named = resource.metadata.authorizationServers.orEmpty()
        if (issuer == null) return named.firstOrNull() ?: throw noServer()
        require(issuer in named) {
            "\"${printable(issuer)}\" is none of the servers whose tokens the resource takes: " +
                printable(named.joinToString().ifEmpty { "it names none" })
        }
        return issuer
    }

    private suspend fun Connection.named(address: MetadataAddress): AuthorizationServerMetadata =
        findMetadata(address, Purpose.NAMED_DISCOVERY).metadata

    /** The program has named the origin that is asked. */
    private suspend fun Connection.legacy(address: MetadataAddress): AuthorizationServerMetadata =
        searchMetadata(address, Purpose.DISCOVERY, mutableListOf())?.metadata ?: assumed(address.url.origin)

    /** MCP 2025-03-26, "Fallbacks for servers without metadata discovery". */
    private fun assumed(origin: String): AuthorizationServerMetadata =
        AuthorizationServerMetadata(
            JsonObject(
                mapOf(
                    "issuer" to JsonPrimitive(origin),
                    "authorization_endpoint" to JsonPrimitive("$origin/authorize"),
                    "token_endpoint" to JsonPrimitive("$origin/token"),
                    "registration_endpoint" to JsonPrimitive("$origin/register"),
                    "response_types_supported" to JsonArray(listOf(JsonPrimitive("code"))),
                    "code_challenge_methods_supported" to JsonArray(listOf(JsonPrimitive("S256"))),
                ),
            ),
        )

    private fun noServer(): OAuthException =
        MetadataException(
            ErrorCode.MISSING_SERVER_METADATA,
            "the resource \"${shownUrl(
                resource.metadata.resource,
            )}\" names no authorization server: its metadata have " +
                "no \"authorization_servers\"",
        ).retold(reached = Reached.NO)

    private fun notListed(server: AuthorizationServerMetadata): ValidationException {
        val listed = server.protectedResources
        val found = if (listed.isNullOrEmpty()) "none" else listed.joinToString(limit = MOST_SHOWN) { shownUrl(it) }
        return ValidationException(
            ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED,
            "expected \"${shownUrl(resource.metadata.resource)}\" among \"protected_resources\" of the server " +
                "${printable(server.issuer)}, as requireListed() says, got $found",
            subject = ValidationSubject.RESOURCE,
            reached = Reached.ANSWERED,
        )
    }

    private companion object {
        /** A server may list hundreds. */
        const val MOST_SHOWN = 5
    }
}
