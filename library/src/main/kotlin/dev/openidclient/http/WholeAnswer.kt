package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.json.parseJson
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

private const val NO_CONTENT = 204

/**
 * Throws [TransportException] unless the body of [response] shows by itself that nothing of it is missing: a JSON
 * object or array that was cut off is none, and what is left of gzip is no gzip. For answers whose end [engine] cannot
 * tell from a connection that somebody cut.
 */
internal fun HttpRequest.requireWhole(
    response: HttpResponse,
    engine: String,
    advice: String,
) {
    val status = response.status
    if (!expectsBody(status) || status == NO_CONTENT) return
    when (json(response)) {
        is JsonObject, is JsonArray -> return
        else ->
            throw TransportException(
                ErrorCode.NETWORK_ERROR,
                "an incomplete answer from $shown: $engine does not see whether an answer without content-length " +
                    "came to its end, and this body of ${response.bodySize} bytes with status $status is no JSON " +
                    "object or array that would show it: $advice",
                reached = Reached.ANSWERED,
            )
    }
}

private fun HttpRequest.json(response: HttpResponse): JsonElement? {
    val plain =
        try {
            response.uncompressed(maximumResponseSize)
        } catch (e: InvalidResponseException) {
            // too much of it
            if (e.cause == null) throw e
            return null
        }
    return parseJson(plain.bodyUncopied())
}

/** Over plain `http` anybody may change an answer anyway. */
internal val HttpRequest.isSecured: Boolean get() = url.startsWith("https:", ignoreCase = true)
