package dev.openidclient.http

/**
 * The body of a request: bytes with their media type, so that it can be sent again. Immutable.
 *
 * A media type that is not `type/subtype`, with or without parameters, is refused with [IllegalArgumentException].
 */
public class HttpBody private constructor(
    public val contentType: String,
    /** The parameters that a form body was made of, else null. */
    public val parameters: Parameters?,
    private val content: ByteArray,
) {
    public val size: Int get() = content.size

    /** A copy of the bytes. */
    public fun bytes(): ByteArray = content.copyOf()

    internal fun contentUncopied(): ByteArray = content

    override fun toString(): String = "HttpBody($contentType, $size bytes)"

    public companion object {
        @JvmStatic
        public fun form(parameters: Parameters): HttpBody =
            HttpBody(
                "application/x-www-form-urlencoded;charset=UTF-8",
                parameters,
                parameters.encode().encodeToByteArray(),
            )

        @JvmStatic
        public fun json(text: String): HttpBody = HttpBody(MediaType.JSON, null, text.encodeToByteArray())

        @JvmStatic
        public fun text(
            contentType: String,
            text: String,
        ): HttpBody = of(contentType, text.encodeToByteArray())

        @JvmStatic
        public fun bytes(
            contentType: String,
            bytes: ByteArray,
        ): HttpBody = of(contentType, bytes.copyOf())

        private fun of(
            contentType: String,
            content: ByteArray,
        ): HttpBody {
            require(MediaType.isValid(contentType)) {
                "the content type of a body must be a media type (RFC 9110 §8.3.1)"
            }
            return HttpBody(contentType, null, content)
        }
    }
}
