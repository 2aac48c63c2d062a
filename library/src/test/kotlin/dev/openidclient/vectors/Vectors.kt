package dev.openidclient.vectors

import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.Jwt
import dev.openidclient.testing.verifySignature
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** One published vector: a member of the array `vectors` of a resource file. */
class Vector(
    val json: JsonObject,
) {
    val section: String get() = text("section")

    val algorithm: String get() = text("algorithm")

    val key: JsonObject get() = json.getValue("key").jsonObject

    val compact: String get() = text("compact")

    fun text(name: String): String = json.getValue(name).jsonPrimitive.content

    operator fun contains(name: String): Boolean = name in json

    companion object {
        /** The vectors of [resource], with the member [kind] of that value where it is given. */
        fun of(
            resource: String,
            kind: Pair<String, String>? = null,
        ): List<Vector> =
            resource("vectors/$resource")
                .getValue("vectors")
                .jsonArray
                .map { Vector(it.jsonObject) }
                .filter { kind == null || it.json[kind.first]?.jsonPrimitive?.content == kind.second }
                .also { check(it.isNotEmpty()) { "$resource has no vectors $kind" } }
    }
}

/** The members of [key] that are public. */
fun publicKey(key: JsonObject): Jwk = Jwk(JsonObject(key - setOf("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")))

/** Verifies [compact] as a received token is. */
internal fun verify(
    compact: String,
    key: JsonObject,
) = verifySignature(Jwt.parse(compact, "vector"), publicKey(key))

internal fun resource(name: String): JsonObject =
    checkNotNull(Vector::class.java.classLoader.getResource(name)) { "no resource $name" }
        .readText()
        .let(Json::parseToJsonElement)
        .jsonObject

/** [compact] with each bit of interest flipped, one at a time: first, middle and last byte of each part, by name. */
internal fun mutations(
    compact: String,
    parts: List<String>,
): List<Pair<String, String>> =
    parts.flatMapIndexed { index, name ->
        val bytes = checkNotNull(Base64Url.decode(compact.split('.')[index]))
        setOf(0, bytes.size / 2, bytes.size - 1).filter { it in bytes.indices }.map { at ->
            val changed = bytes.copyOf().also { it[at] = (it[at].toInt() xor 1).toByte() }
            "byte $at of the $name" to withPart(compact, index, Base64Url.encode(changed))
        }
    }

/** [compact] with another [part] at [index]. */
internal fun withPart(
    compact: String,
    index: Int,
    part: String,
): String =
    compact
        .split('.')
        .toMutableList()
        .also { it[index] = part }
        .joinToString(".")

internal val JWS_PARTS = listOf("header", "payload", "signature")

internal val JWE_PARTS = listOf("header", "encrypted key", "initialization vector", "ciphertext", "tag")

internal fun objects(element: JsonElement?): List<JsonObject> = (element as JsonArray).map { it.jsonObject }

internal fun hex(text: String): ByteArray = text.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
