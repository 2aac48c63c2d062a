package dev.openidclient.agent

import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.IpAddressHost
import dev.openidclient.http.shownUrl
import dev.openidclient.registration.REDIRECT_URIS
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.texts

/** The redirect URIs that [builder] names; null: none. */
internal fun namedRedirectUris(builder: RegistrationBuilder): List<String>? =
    texts(builder.document()[REDIRECT_URIS])?.ifEmpty { null }

/** Whether [uri] is a port of this machine (RFC 8252 §7.3). */
internal fun isLoopback(uri: String): Boolean = AbsoluteUrl.parse(uri)?.let(::isLoopback) == true

private fun isLoopback(url: AbsoluteUrl): Boolean =
    (url.scheme == "http" || url.scheme == "https") &&
        (url.host == "localhost" || IpAddressHost.of(url.host)?.address?.isLoopbackAddress == true)

/**
 * Whether a server for which [registered] is registered takes [uri]: it compares them as they are, but for the port of a
 * loopback address, which is another one each time ([RFC 8252
 * §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3), RFC 9700 §2.1).
 */
internal fun isRegistered(
    uri: String,
    registered: List<String>,
): Boolean = uri in registered || registered.any { isSameLoopback(uri, it) }

private fun isSameLoopback(
    uri: String,
    registered: String,
): Boolean {
    val url = AbsoluteUrl.parse(uri) ?: return false
    val other = AbsoluteUrl.parse(registered) ?: return false
    return isLoopback(url) && url.scheme == other.scheme && url.host == other.host && url.path == other.path &&
        url.query == other.query
}

/** Throws [IllegalArgumentException] where a server that has [registered] from [where] would refuse [uri]. */
internal fun requireAmong(
    uri: String,
    registered: List<String>,
    where: String,
) = require(isRegistered(uri, registered)) {
    "the redirect URI \"${shownUrl(uri)}\" must be one of the \"$REDIRECT_URIS\" of $where, which has only " +
        registered.joinToString { "\"${shownUrl(it)}\"" }
}

/**
 * The `application_type` of a client with [redirectUris] ([OpenID Connect Registration
 * §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata)): `native` for loopback addresses and
 * private schemes, `web` for others. Throws [IllegalArgumentException] where they are of both.
 */
internal fun applicationType(redirectUris: List<String>): String {
    val (native, web) = redirectUris.partition(::isNative)
    require(native.isEmpty() || web.isEmpty()) {
        "a client is a program or a web site, and servers refuse one that is both: of its redirect URIs, " +
            "\"${shownUrl(native.first())}\" is of a program (application_type native), " +
            "\"${shownUrl(web.first())}\" of a web site (web); register two clients, or say applicationType(…)"
    }
    return if (web.isEmpty()) "native" else "web"
}

private fun isNative(uri: String): Boolean {
    val scheme = uri.substringBefore(':', "").lowercase()
    require(scheme.isNotEmpty()) { "a redirect URI must be absolute, but is \"${printable(uri)}\"" }
    return (scheme != "https" && scheme != "http") || isLoopback(uri)
}
