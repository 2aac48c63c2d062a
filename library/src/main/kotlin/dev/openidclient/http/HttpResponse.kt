package dev.openidclient.http

/** What a [HttpTransport] received, whole. Immutable. */
public class HttpResponse
    @JvmOverloads
    constructor(
        public val status: Int,
        public val headers: HttpHeaders = HttpHeaders.EMPTY,
        body: ByteArray = ByteArray(0),
    ) {
        private val content: ByteArray = body.copyOf()

        /** A copy of the body; empty where there was none. */
        public val body: ByteArray get() = content.copyOf()

        public val bodySize: Int get() = content.size

        /** The body as UTF-8 text. */
        public fun bodyText(): String = content.decodeToString()

        internal fun bodyUncopied(): ByteArray = content

        override fun toString(): String = "HttpResponse($status, $headers, ${content.size} bytes)"
    }
