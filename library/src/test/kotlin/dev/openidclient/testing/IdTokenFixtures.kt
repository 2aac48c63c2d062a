package dev.openidclient.testing

import dev.openidclient.jose.JwtValidation
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.token.IdTokenValidation
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The ID Token rules of [CLIENT_ID], with [client] in its metadata, at [NOW]. */
internal fun idTokenValidation(
    vararg client: Pair<String, JsonElement>,
    server: AuthorizationServerMetadata = serverMetadata(),
    issuer: ExpectedIssuer = ExpectedIssuer.Exactly(server.issuer),
    tolerance: Long = 30,
): IdTokenValidation {
    val metadata =
        ClientMetadata(
            JsonObject(mapOf<String, JsonElement>("client_id" to JsonPrimitive(CLIENT_ID)) + client),
        )
    return IdTokenValidation(server, metadata, issuer, JwtValidation(NOW.epochSecond, tolerance))
}

/** A JWT of [claims] that says [algorithm] and has a signature that nothing verifies. */
fun unverifiable(
    claims: JsonObject,
    algorithm: String = "RS256",
    header: Map<String, JsonElement> = emptyMap(),
): String = TestKeys.compact(claims, algorithm, header) { ByteArray(64) }
