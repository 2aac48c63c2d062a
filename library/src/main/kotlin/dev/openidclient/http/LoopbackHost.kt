package dev.openidclient.http

/**
 * Whether [host], of an [AbsoluteUrl], is this machine whatever a resolver says: a literal of the loopback network
 * ([RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)), `localhost` or a name below it ([RFC 6761
 * §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)).
 */
internal fun isLoopback(host: String): Boolean =
    host == LOCALHOST || host.endsWith(".$LOCALHOST") || IpAddressHost.of(host)?.address?.isLoopbackAddress == true

private const val LOCALHOST = "localhost"
