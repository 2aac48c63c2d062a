package dev.openidclient.http

import dev.openidclient.error.MASK
import dev.openidclient.error.printable

/**
 * [url], or what was to be one, fit for a message; the only way of a URL into one. A query may hold a key, and what
 * stands before an `@` a password, which may have any character in it: neither is shown, nor a fragment.
 */
internal fun shownUrl(url: String): String {
    val plain = url.substringBefore('#').substringBefore('?')
    if ('@' !in url) return printable(plain)
    // an @ in the path or in the query of a whole URL hides nothing
    val isPlain = AbsoluteUrl.parse(url) != null
    return if (isPlain) printable(plain) else "${printable(url.substringBefore("//", ""))}//$MASK"
}
