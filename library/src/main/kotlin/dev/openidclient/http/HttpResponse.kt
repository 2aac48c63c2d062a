package dev.openidclient.http

import dev.openidclient.error.AnswerContent
import dev.openidclient.json.parseJson
import kotlinx.serialization.json.JsonElement

/** What a [HttpTransport] received, whole. Immutable. */
public class HttpResponse private constructor(
    public val status: Int,
    public val headers: HttpHeaders,
    private val content: Content,
) {
    @JvmOverloads
    public constructor(status: Int, headers: HttpHeaders = HttpHeaders.EMPTY, body: ByteArray = ByteArray(0)) :
        this(status, headers, Content(body.copyOf()))

    private class Content(
        val bytes: ByteArray,
    )

    /** A copy of the body; empty where there was none. */
    public val body: ByteArray get() = content.bytes.copyOf()

    public val bodySize: Int get() = content.bytes.size

    /** The body as UTF-8 text. */
    public fun bodyText(): String = content.bytes.decodeToString()

    internal fun bodyUncopied(): ByteArray = content.bytes

    /** The body as JSON, parsed once; null where it is none. */
    internal val json: JsonElement? by lazy(LazyThreadSafetyMode.PUBLICATION) { parseJson(content.bytes) }

    /** What an exception keeps of it. */
    internal fun content(): AnswerContent = AnswerContent(headers.toMap(), content.bytes)

    override fun toString(): String = "HttpResponse($status, $headers, $bodySize bytes)"

    public companion object {
        /** With a [body] that is not copied, so nobody may change it afterwards. For transports. */
        @JvmStatic
        public fun received(
            status: Int,
            headers: HttpHeaders,
            body: ByteArray,
        ): HttpResponse = HttpResponse(status, headers, Content(body))
    }
}
