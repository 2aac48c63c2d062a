package dev.openidclient.jose

import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The last word on a JWT that this library signs, for servers that want something else than the specification. */
public fun interface ModifyAssertion {
    /**
     * Changes [assertion] before it is signed. Must not block; may be called from many threads, each time with another
     * assertion.
     */
    public fun modify(assertion: Assertion)
}

/**
 * Header and payload of a JWT before it is signed. The key decides the signature, whatever `alg` says here. `toString`
 * shows the names only.
 */
public class Assertion internal constructor(
    public val header: MutableMap<String, JsonElement>,
    public val payload: MutableMap<String, JsonElement>,
) {
    /** Sets a header parameter to a string. */
    public fun header(
        name: String,
        value: String,
    ): Assertion {
        header[name] = JsonPrimitive(value)
        return this
    }

    /** Sets a claim to a string. */
    public fun claim(
        name: String,
        value: String,
    ): Assertion {
        payload[name] = JsonPrimitive(value)
        return this
    }

    /** Sets a claim to a number. */
    public fun claim(
        name: String,
        value: Number,
    ): Assertion {
        payload[name] = JsonPrimitive(value)
        return this
    }

    public fun removeHeader(name: String): Assertion {
        header.remove(name)
        return this
    }

    public fun removeClaim(name: String): Assertion {
        payload.remove(name)
        return this
    }

    override fun toString(): String = "Assertion(${header.keys}, ${payload.keys})"
}

/** The header of a JWT that this key signs with [algorithm], its name of it; [type] is the `typ`. */
internal fun SigningKey.header(
    algorithm: String,
    type: String? = null,
): Map<String, JsonElement> {
    val members = listOf("alg" to algorithm, "typ" to type, "kid" to keyId)
    val named = members.mapNotNull { (name, value) -> value?.let { name to JsonPrimitive(it) } }.toMap()
    return if (this is CertifiedSigningKey) named + header else named
}

/** A compact JWS of [header] and [payload], after [modify] has had its say. */
internal suspend fun SigningKey.signCompact(
    header: Map<String, JsonElement>,
    payload: Map<String, JsonElement>,
    modify: ModifyAssertion?,
): String = compact(header, payload, modify) { asking("the signing key") { sign(it) } }

internal inline fun compact(
    header: Map<String, JsonElement>,
    payload: Map<String, JsonElement>,
    modify: ModifyAssertion?,
    sign: (ByteArray) -> ByteArray,
): String {
    val assertion = Assertion(LinkedHashMap(header), LinkedHashMap(payload))
    modify?.modify(assertion)
    val input = "${encode(assertion.header)}.${encode(assertion.payload)}"
    return "$input.${Base64Url.encode(sign(input.encodeToByteArray()))}"
}

internal fun encode(members: Map<String, JsonElement>): String =
    Base64Url.encode(JsonObject(members).toString().encodeToByteArray())

/** The `alg` of the header: for Ed25519 keys the name of the two that the server lists, else `Ed25519`. */
internal fun SigningKey.algorithmFor(serverValues: List<String>?): String =
    serverValues
        ?.firstOrNull { it != algorithm.identifier && JwsAlgorithm.same(it, algorithm.identifier) }
        ?.takeUnless { algorithm.identifier in serverValues }
        ?: algorithm.identifier
