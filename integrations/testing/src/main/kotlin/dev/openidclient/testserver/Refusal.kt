package dev.openidclient.testserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import kotlinx.serialization.json.JsonObject

/**
 * A request that the server refuses: the OAuth [error], and in words what was wrong, for the author of the test.
 * [headers] are of the answer.
 */
internal class Refusal(
    val error: String,
    description: String,
    val status: Int = BAD_REQUEST,
    val headers: List<Pair<String, String>> = emptyList(),
) : RuntimeException(plain(description), null, false, false) {
    val description: String get() = message.orEmpty()

    fun response(): HttpResponse =
        jsonResponse(jsonOf("error" to error, "error_description" to description), status, headers)

    private companion object {
        /** What RFC 6749 §5.2 allows in a description. */
        fun plain(text: String): String =
            text.map { if (it == '"' || it == '\\') '\'' else it }.filter { it in ' '..'~' }.joinToString("")
    }
}

internal const val OK: Int = 200
internal const val CREATED: Int = 201
internal const val FOUND: Int = 302
internal const val BAD_REQUEST: Int = 400
internal const val UNAUTHORIZED: Int = 401
internal const val FORBIDDEN: Int = 403
internal const val NOT_FOUND: Int = 404
internal const val NOT_ALLOWED: Int = 405

internal const val JSON_TYPE: String = "application/json"

internal fun refuse(
    error: String,
    description: String,
): Nothing = throw Refusal(error, description)

internal fun invalidRequest(description: String): Nothing = refuse("invalid_request", description)

internal fun invalidGrant(description: String): Nothing = refuse("invalid_grant", description)

internal fun jsonResponse(
    json: JsonObject,
    status: Int = OK,
    headers: List<Pair<String, String>> = emptyList(),
): HttpResponse = response(json.toString(), JSON_TYPE, status, headers)

internal fun response(
    body: String,
    contentType: String,
    status: Int = OK,
    headers: List<Pair<String, String>> = emptyList(),
): HttpResponse {
    val all = listOf("content-type" to contentType, "cache-control" to "no-store") + headers
    return HttpResponse(status, HttpHeaders.of(*all.toTypedArray()), body.encodeToByteArray())
}
