package dev.openidclient.registration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.ResponseKind
import dev.openidclient.error.printable
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

internal const val RESPONSE_TYPES: String = "response_types"
private const val CODE = "code"

/**
 * [document] with the response type that [settings] choose, or [settings] with the one that [document] names: it is said
 * once ([RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2)). Throws [IllegalArgumentException] where both
 * say it and contradict each other, or where it cannot be known which of several is meant.
 */
internal fun withResponseType(
    document: JsonObject,
    settings: ClientSettings,
): JsonObject {
    val named = responseTypes(document)
    val chosen = settings.chosenResponseType
    if (named == null) {
        // RFC 7591 §2: where nothing is named it is "code", with the grant type "authorization_code"
        return if (chosen == null || chosen == CODE) document else JsonObject(additions(chosen) + document)
    }
    if (chosen != null) {
        require(named.any { ResponseKind.isSameResponseType(it, chosen) }) {
            "the settings choose the response type \"$chosen\", which is not among the \"$RESPONSE_TYPES\" " +
                "${shown(named)}: say it once, in the registration or in the settings"
        }
    } else if (named.isNotEmpty() && CODE !in named) {
        val type = named.singleOrNull()
        requireNotNull(type?.let { ResponseKind.of(it) }) {
            "which of the \"$RESPONSE_TYPES\" ${shown(named)} this client uses must be said in the settings: " +
                "useCodeIdTokenResponseType() or useIdTokenResponseType()"
        }
        settings.chooseResponseType(checkNotNull(type))
    }
    return document
}

/** Throws [IllegalArgumentException] where the server did not register the response type that was [asked] for. */
internal fun requireResponseType(
    answer: JsonObject,
    asked: JsonObject,
    responseType: String,
) {
    val registered = responseTypes(answer) ?: return
    val isAsked = responseTypes(asked).orEmpty().any { ResponseKind.isSameResponseType(it, responseType) }
    require(!isAsked || registered.any { ResponseKind.isSameResponseType(it, responseType) }) {
        "\"$RESPONSE_TYPES\" are ${shown(registered)}, without the \"$responseType\" that was asked for"
    }
}

private fun responseTypes(document: JsonObject): List<String>? =
    (document[RESPONSE_TYPES] as? JsonArray)?.mapNotNull(::text)

/** The response type, and the grant types that belong to it (OpenID Connect Registration §2). */
private fun additions(responseType: String): Map<String, JsonElement> {
    val words = responseType.split(' ')
    val grants = listOfNotNull("authorization_code".takeIf { CODE in words }, "implicit")
    return mapOf(RESPONSE_TYPES to strings(listOf(responseType)), GRANT_TYPES to strings(grants))
}

internal fun strings(values: List<String>): JsonArray = JsonArray(values.map(::JsonPrimitive))

private fun shown(types: List<String>): String =
    types.joinToString(prefix = "[", postfix = "]") {
        "\"${printable(it)}\""
    }
