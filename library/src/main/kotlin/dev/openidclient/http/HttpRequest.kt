package dev.openidclient.http

import dev.openidclient.error.printable
import java.util.Objects

/**
 * What a [HttpTransport] sends. Immutable; a transport that changes a request makes another one.
 *
 * Throws [IllegalArgumentException] where the method is no token ([RFC 9110
 * §9.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.1)), where a header is the engine's to write (`host`,
 * `content-length`, `transfer-encoding`, `connection`, `upgrade` and what else belongs to one connection) or the body's
 * (`content-type`), and where a value has a character beyond ASCII. The message shows no value.
 */
public class HttpRequest
    @JvmOverloads
    constructor(
        /** As it goes on the wire; methods are case-sensitive (RFC 9110 §9.1). */
        public val method: String,
        /** An absolute URL, without a fragment. */
        public val url: String,
        public val headers: HttpHeaders = HttpHeaders.EMPTY,
        public val body: HttpBody? = null,
        /** The most bytes of the answer's body that the caller takes; a longer body must end in an error. */
        public val maximumResponseSize: Int = DEFAULT_MAXIMUM_RESPONSE_SIZE,
    ) {
        init {
            require(isToken(method)) { "the method must be a token, as GET is (RFC 9110 §9.1)" }
            headers.requireSendable(body)
        }

        public fun withUrl(url: String): HttpRequest = HttpRequest(method, url, headers, body, maximumResponseSize)

        public fun withHeader(
            name: String,
            value: String,
        ): HttpRequest = HttpRequest(method, url, headers.with(name, value), body, maximumResponseSize)

        public fun withBody(body: HttpBody?): HttpRequest = HttpRequest(method, url, headers, body, maximumResponseSize)

        /** Whether an answer of [status] to this has the body that its `Content-Length` announces (RFC 9110 §8.6). */
        internal fun expectsBody(status: Int): Boolean = method != "HEAD" && status != NOT_MODIFIED

        override fun equals(other: Any?): Boolean =
            other is HttpRequest && method == other.method && url == other.url && headers == other.headers &&
                maximumResponseSize == other.maximumResponseSize && body?.contentType == other.body?.contentType &&
                body?.bytes().contentEquals(other.body?.bytes())

        override fun hashCode(): Int = Objects.hash(method, url, headers)

        /** Method and URL, fit for a message: without query, which may hold a key, user information and fragment. */
        internal val shown: String get() = "${printable(method)} ${shownUrl(url)}"

        /** Shows no query: an authorization request carries more than a log should. */
        override fun toString(): String = "$shown $headers ${body ?: "without body"}"

        public companion object {
            /** 1 MiB. */
            public const val DEFAULT_MAXIMUM_RESPONSE_SIZE: Int = 1024 * 1024

            private const val NOT_MODIFIED = 304
        }
    }
