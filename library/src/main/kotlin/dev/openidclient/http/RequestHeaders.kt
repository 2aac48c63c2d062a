package dev.openidclient.http

/** They are about one connection (RFC 9110 §7.6.1), or follow from the URL and the body: the engine writes them. */
private val OF_THE_ENGINE =
    setOf(
        "connection",
        "content-length",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )

/**
 * Throws [IllegalArgumentException] where an engine would not send these headers as they are; it is thrown here, for
 * the engines' own messages show the value. Obsolete text (RFC 9110 §5.5) is refused, as each engine sends other bytes
 * for it.
 */
internal fun HttpHeaders.requireSendable(body: HttpBody?) {
    forEach { name, values ->
        require(name !in OF_THE_ENGINE) { "the header $name is the engine's to write: leave it out" }
        require(body == null || name != "content-type") {
            "the header content-type is the body's: HttpBody.text(contentType, …)"
        }
        for (index in values.indices) requireAscii(name, values[index])
    }
}

private fun requireAscii(
    name: String,
    value: String,
): Unit =
    require(value.all { it <= '~' || it == '\t' }) {
        "the value of header \"$name\" has a character beyond ASCII: encode it, or leave it out"
    }
