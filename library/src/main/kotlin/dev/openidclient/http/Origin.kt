package dev.openidclient.http

/**
 * [origin] as the URL of a scheme, a host and a port; throws [IllegalArgumentException] where it is none, or more.
 * [call] is the setting that names it, with the origin as it should be.
 */
internal fun requireOrigin(
    origin: String,
    call: (String) -> String,
): AbsoluteUrl {
    val url =
        requireNotNull(AbsoluteUrl.parse(origin)) {
            "an origin is an absolute URL without user information, as https://api.example.com, " +
                "but this is \"${shownUrl(origin)}\"${AbsoluteUrl.hostAdvice(origin)}"
        }
    require('*' !in url.host) {
        "an origin has no wildcard, for nothing may go to a host that nobody named: name each one, " +
            "not \"${url.origin}\""
    }
    require(url.path == "/" && url.query == null && url.fragment == null) {
        "an origin is scheme, host and port without more: ${call(url.origin)}, not \"${shownUrl(origin)}\""
    }
    return url
}
