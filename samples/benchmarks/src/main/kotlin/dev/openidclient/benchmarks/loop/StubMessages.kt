package dev.openidclient.benchmarks.loop

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** What a stub server says of itself when it is up: the first line that it prints. */
internal class StubAddress(
    /** Issuer by scheme, `http` and `https`. */
    val issuers: Map<String, String>,
    /** PEM of the certificate of the `https` listener. */
    val certificate: String,
    val clientSecret: String,
    /** The access token of every answer. */
    val accessToken: String,
) {
    fun toJson(): JsonObject =
        buildJsonObject {
            putJsonObject("issuers") { issuers.forEach { (scheme, issuer) -> put(scheme, issuer) } }
            put("certificate", certificate)
            put("clientSecret", clientSecret)
            put("accessToken", accessToken)
        }

    companion object {
        fun parse(line: String): StubAddress {
            val members = Json.parseToJsonElement(line).jsonObject
            return StubAddress(
                members.getValue("issuers").jsonObject.mapValues { it.value.jsonPrimitive.content },
                members.getValue("certificate").jsonPrimitive.content,
                members.getValue("clientSecret").jsonPrimitive.content,
                members.getValue("accessToken").jsonPrimitive.content,
            )
        }
    }
}

/** What a stub server has seen since it is up: a line for each that it reads. */
internal class StubCounters(
    val tokenRequests: Long,
    val connections: Long,
) {
    operator fun minus(earlier: StubCounters): StubCounters =
        StubCounters(tokenRequests - earlier.tokenRequests, connections - earlier.connections)

    fun toJson(): JsonObject =
        buildJsonObject {
            put("tokenRequests", tokenRequests)
            put("connections", connections)
        }

    companion object {
        fun parse(line: String): StubCounters {
            val members = Json.parseToJsonElement(line).jsonObject
            return StubCounters(
                members.getValue("tokenRequests").jsonPrimitive.long,
                members.getValue("connections").jsonPrimitive.long,
            )
        }
    }
}
