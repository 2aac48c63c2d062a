package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import java.io.ByteArrayInputStream
import java.io.IOException
import java.util.Locale
import java.util.zip.GZIPInputStream

// RFC 9110 §8.4.1.3: the two are the same
private val GZIP = setOf("gzip", "x-gzip")

/**
 * The answer with its body as it was before a server compressed it with gzip, unasked, as some content networks do;
 * other answers as they are. Throws [InvalidResponseException] where that is more than [maximumSize] bytes, or no gzip.
 */
internal fun HttpResponse.uncompressed(maximumSize: Int): HttpResponse {
    if (bodySize == 0 || contentEncoding !in GZIP) return this
    val body = ReceivedBody(0, maximumSize)
    try {
        GZIPInputStream(ByteArrayInputStream(bodyUncopied())).use { input ->
            while (body.add(input::read) >= 0) {
                if (body.isTooLarge) throw bodyTooLarge(status, maximumSize)
            }
        }
    } catch (e: IOException) {
        throw InvalidResponseException(
            ErrorCode.RESPONSE_IS_NOT_CONFORM,
            "the body of the answer is labelled gzip, but is none, or not all of it",
            status,
            e,
        )
    }
    // RFC 9110 §8.6: the length was that of the compressed body
    return HttpResponse.received(status, headers.without("content-encoding").without("content-length"), body.bytes())
}

/** The `content-encoding` in lower case, or null where there is none. */
internal val HttpResponse.contentEncoding: String?
    get() =
        headers["content-encoding"]?.trim()?.lowercase(Locale.ROOT)?.takeUnless { it.isEmpty() || it == "identity" }
