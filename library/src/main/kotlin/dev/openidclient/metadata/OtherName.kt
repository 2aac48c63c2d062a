package dev.openidclient.metadata

import dev.openidclient.http.AbsoluteUrl

/**
 * What to say of an `iss` that is not the [expected] one, where both may be names of one server: one for browsers and
 * one in its own network. Else empty.
 */
internal fun otherName(
    expected: String?,
    received: String?,
): String {
    val asked = expected?.let(AbsoluteUrl::parse) ?: return ""
    val own = received?.let(AbsoluteUrl::parse) ?: return ""
    if (asked.origin == own.origin || asked.path != own.path) return ""
    return "; where both are one server, discover it by the name in its tokens and reach it by the other with " +
        "mapOrigin(…)"
}
