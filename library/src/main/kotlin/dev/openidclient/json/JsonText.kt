package dev.openidclient.json

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Deeper documents are refused: no document of these protocols comes near, and recursion over them must stay safe. */
private const val DEEPEST_NESTING = 64

private const val BYTE_ORDER_MARK = "\uFEFF"

/** Parses [bytes], UTF-8, strictly as RFC 8259 says; null where they are no JSON text. */
internal fun parseJson(bytes: ByteArray): JsonElement? =
    parseJson(bytes.decodeToString(), bytes, areControlsTaken = false)

/** Parses [text] strictly as RFC 8259 says, after a byte order mark if there is one; null where it is no JSON text. */
internal fun parseJson(text: String): JsonElement? = parseJson(text, text.encodeToByteArray(), areControlsTaken = false)

/**
 * The same for the [bytes] of an answer that is an error already: raw control characters in its strings are taken, as a
 * description with line feeds has them.
 */
internal fun parseErrorJson(bytes: ByteArray): JsonElement? =
    parseJson(bytes.decodeToString(), bytes, areControlsTaken = true)

private fun parseJson(
    text: String,
    utf8: ByteArray,
    areControlsTaken: Boolean,
): JsonElement? {
    if (!isWithinBounds(utf8, areControlsTaken)) return null
    return try {
        Json.parseToJsonElement(text.removePrefix(BYTE_ORDER_MARK)).takeIf(::isStrict)
    } catch (_: SerializationException) {
        null
    }
}

// RFC 8259 §7: no raw control characters in strings, which kotlinx-serialization lets pass
private fun isWithinBounds(
    utf8: ByteArray,
    areControlsTaken: Boolean,
): Boolean {
    val words = ByteWords(utf8)
    var depth = 0
    var inString = false
    var index = words.nearStructure(0)
    while (index < utf8.size) {
        when (utf8[index].toInt()) {
            '"'.code -> {
                inString = !inString
                // what is long is the inside of a string
                if (inString) index = words.nearStructure(index + 1) - 1
            }
            '\\'.code -> if (inString) index++
            '{'.code, '['.code -> if (!inString && ++depth > DEEPEST_NESTING) return false
            '}'.code, ']'.code -> if (!inString) depth--
            in 0 until ' '.code -> if (inString && !areControlsTaken) return false
        }
        index++
    }
    return true
}

/** kotlinx-serialization takes any bare word for a literal; RFC 8259 §3 knows `true`, `false`, `null` and numbers. */
private fun isStrict(element: JsonElement): Boolean =
    when (element) {
        is JsonObject -> element.values.all(::isStrict)
        is JsonArray -> element.all(::isStrict)
        JsonNull -> true
        is JsonPrimitive ->
            element.isString || element.content == "true" || element.content == "false" ||
                isNumber(element.content)
    }

// RFC 8259 §6: number = [ "-" ] int [ frac ] [ exp ]
private fun isNumber(text: String): Boolean {
    var index = if (text.startsWith("-")) 1 else 0
    val integer = digits(text, index)
    if (integer == index || (text[index] == '0' && integer > index + 1)) return false
    index = integer
    if (index < text.length && text[index] == '.') {
        val fraction = digits(text, index + 1)
        if (fraction == index + 1) return false
        index = fraction
    }
    if (index < text.length && text[index] in "eE") {
        val sign = if (index + 1 < text.length && text[index + 1] in "+-") 1 else 0
        val exponent = digits(text, index + 1 + sign)
        if (exponent == index + 1 + sign) return false
        index = exponent
    }
    return index == text.length
}

private fun digits(
    text: String,
    from: Int,
): Int {
    var index = from
    while (index < text.length && text[index] in '0'..'9') index++
    return index
}
